package org.jitalloc.core.host;

import java.lang.foreign.MemorySegment;

/**
 * The system calls that this project lives by, as the manual pages describe them. Each failure is a
 * {@link org.jitalloc.JitAllocException} with the reason SYSTEM that names the call, its arguments
 * and the error, and has an {@link Errno} as its cause.
 */
interface SystemCalls {
  int PROT_NONE = 0;
  int PROT_READ = 1;
  int PROT_WRITE = 2;
  int PROT_EXEC = 4;

  int MAP_SHARED = 0x01;
  int MAP_PRIVATE = 0x02;
  int MAP_FIXED = 0x10;
  int MAP_ANONYMOUS = 0x20;
  int MAP_NORESERVE = 0x4000;

  int MADV_DONTNEED = 4;
  int MADV_REMOVE = 9;
  int MADV_HUGEPAGE = 14;
  int MADV_NOHUGEPAGE = 15;
  int MADV_POPULATE_READ = 22;
  int MADV_POPULATE_WRITE = 23;
  int MADV_COLLAPSE = 25;

  int MFD_CLOEXEC = 0x1;
  int MFD_HUGETLB = 0x4;
  int MFD_EXEC = 0x10;

  /** Above this bit are the low six bits of the logarithm of the length of a huge page. */
  int MFD_HUGE_SHIFT = 26;

  int MREMAP_MAYMOVE = 1;
  int MREMAP_FIXED = 2;

  int O_RDWR = 2;
  int O_CLOEXEC = 0x80000;

  int MEMBARRIER_PRIVATE_EXPEDITED = 1 << 3;
  int MEMBARRIER_REGISTER_PRIVATE_EXPEDITED = 1 << 4;
  int MEMBARRIER_PRIVATE_EXPEDITED_SYNC_CORE = 1 << 5;
  int MEMBARRIER_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE = 1 << 6;

  int PKEY_DISABLE_ACCESS = 1;

  /** The length of a page that permissions can be given to, in bytes. */
  int pageBytes();

  long mmap(long address, long bytes, int protection, int flags, int fd, long offset);

  void munmap(long address, long bytes);

  void mprotect(long address, long bytes, int protection);

  /** Has nobody change what addresses allow, or map something else there, from now on. */
  void mseal(long address, long bytes);

  /** {@return a protection key to which this thread has rights less those that are given} */
  int pkeyAlloc(int rightsTakenAway);

  void pkeyFree(int key);

  void pkeyMprotect(long address, long bytes, int protection, int key);

  /** Changes the rights of this thread to pages of a key. Makes no system call. */
  void pkeySet(int key, int rightsTakenAway);

  void madvise(long address, long bytes, int advice);

  void mremap(long oldAddress, long bytes, int flags, long newAddress);

  int memfdCreate(String name, int flags);

  void ftruncate(int fd, long bytes);

  int open(String path, int flags);

  /** Writes all of the bytes at an offset of a file. */
  void pwrite(int fd, MemorySegment bytes, long offset);

  void close(int fd);

  /** {@return what the request gives, which is not negative} */
  int ioctl(int fd, long request, MemorySegment argument);

  void membarrier(int command);

  /**
   * Reads or changes what a signal does.
   *
   * @param signal its number
   * @param action a {@code struct sigaction} of the C library, or NULL to change nothing
   * @param old where to put what there was, or NULL
   */
  void sigaction(int signal, MemorySegment action, MemorySegment old);
}
