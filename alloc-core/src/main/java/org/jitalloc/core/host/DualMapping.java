package org.jitalloc.core.host;

import static org.jitalloc.core.host.SystemCalls.*;

import org.jitalloc.JitAllocException;
import org.jitalloc.core.host.HostMode.Pages;

/**
 * One file in memory, mapped twice: for its users read-only, perhaps executable, inside the window;
 * and writable, never executable, at a distance that only this class knows.
 */
final class DualMapping implements WriteThrough {

  private final SystemCalls os;
  private final Pages pages;
  private final long windowStart;
  private final long windowBytes;
  private final int fd;
  private final long alias;

  DualMapping(SystemCalls os, Pages pages, long windowStart, long windowBytes) {
    this.os = os;
    this.pages = pages;
    this.windowStart = windowStart;
    this.windowBytes = windowBytes;
    fd = createFile();
    try {
      os.ftruncate(fd, windowBytes);
      alias = Reservation.reserve(os, windowBytes);
    } catch (RuntimeException failure) {
      os.close(fd);
      throw failure;
    }
  }

  private int createFile() {
    int flags = MFD_CLOEXEC | (pages == Pages.HUGETLB ? MFD_HUGETLB | MFD_HUGE_2MB : 0);
    try {
      return os.memfdCreate("jitalloc", flags | MFD_EXEC);
    } catch (JitAllocException kernelBeforeMfdExec) {
      return os.memfdCreate("jitalloc", flags);
    }
  }

  private long aliasOf(long address) {
    return address - windowStart + alias;
  }

  @Override
  public void map(long address, long bytes, int protection, byte[] pattern) {
    long offset = address - windowStart;
    try {
      os.mmap(aliasOf(address), bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, fd, offset);
      if (pages == Pages.SHMEM_HUGE) {
        os.madvise(aliasOf(address), bytes, MADV_HUGEPAGE);
      }
      RawMemory.fill(aliasOf(address), bytes, pattern);
      os.mmap(address, bytes, protection, MAP_SHARED | MAP_FIXED, fd, offset);
      if (pages == Pages.SHMEM_HUGE) {
        os.madvise(address, bytes, MADV_HUGEPAGE);
      }
      populate(address, bytes);
    } catch (RuntimeException failure) {
      Reservation.restore(os, aliasOf(address), bytes);
      Reservation.restore(os, address, bytes);
      throw failure;
    }
  }

  /** So that no first call waits for the mapping, and huge pages can be seen at once. */
  private void populate(long address, long bytes) {
    try {
      os.madvise(address, bytes, MADV_POPULATE_READ);
    } catch (JitAllocException kernelBeforePopulate) {
      // The first access does it, page by page.
    }
  }

  @Override
  public void unmap(long address, long bytes) {
    Reservation.restore(os, address, bytes);
    os.madvise(aliasOf(address), bytes, MADV_REMOVE);
    Reservation.restore(os, aliasOf(address), bytes);
  }

  @Override
  public void write(long address, byte[] bytes) {
    RawMemory.write(aliasOf(address), bytes);
  }

  @Override
  public void fill(long address, long bytes, byte[] pattern) {
    RawMemory.fill(aliasOf(address), bytes, pattern);
  }

  @Override
  public void close() {
    os.munmap(alias, windowBytes);
    os.close(fd);
  }
}
