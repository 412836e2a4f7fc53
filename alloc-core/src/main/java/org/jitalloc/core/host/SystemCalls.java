package org.jitalloc.core.host;

import java.lang.foreign.MemorySegment;

/**
 * The system calls that this package uses, as the manual pages describe them. A method throws a
 * {@link org.jitalloc.JitAllocException} with the reason SYSTEM if its call fails. The message
 * contains the call, its arguments and the error. The cause is an {@link Errno}. Thread-safe.
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

  /**
   * The shift of the six bits that contain the logarithm of the huge page size (memfd_create(2)).
   */
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

  /** {@return the length of a page, in bytes} */
  int pageBytes();

  long mmap(long address, long bytes, int protection, int flags, int fd, long offset);

  void munmap(long address, long bytes);

  void mprotect(long address, long bytes, int protection);

  /** Prevents all later changes of the mappings and permissions of a range (Linux 6.10). */
  void mseal(long address, long bytes);

  /**
   * Allocates a protection key.
   *
   * @param disabledRights the rights that the current thread does not get
   * @return the key
   */
  int pkeyAlloc(int disabledRights);

  void pkeyFree(int key);

  void pkeyMprotect(long address, long bytes, int protection, int key);

  /** Sets the rights of the current thread for a key. Does not enter the kernel. */
  void pkeySet(int key, int disabledRights);

  void madvise(long address, long bytes, int advice);

  void mremap(long oldAddress, long bytes, int flags, long newAddress);

  int memfdCreate(String name, int flags);

  void ftruncate(int fd, long bytes);

  int open(String path, int flags);

  /** Writes all bytes at an offset of a file; repeats partial writes. */
  void pwrite(int fd, MemorySegment bytes, long offset);

  void close(int fd);

  /** {@return the result of the request, which is not negative} */
  int ioctl(int fd, long request, MemorySegment argument);

  void membarrier(int command);

  /**
   * Reads or changes the action of a signal.
   *
   * @param signal the number of the signal
   * @param action the new action, a {@code struct sigaction} of the C library; NULL to keep the
   *     action
   * @param old receives the previous action; may be NULL
   */
  void sigaction(int signal, MemorySegment action, MemorySegment old);
}
