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
  private final PageSizes sizes;
  private final long windowStart;
  private final int fd;
  private final long alias;

  DualMapping(HostWindow window, Pages pages) {
    os = window.os();
    sizes = window.pages();
    windowStart = window.start();
    this.pages = pages;
    fd = createFile();
    window.holdings().addFile(os, fd);
    os.ftruncate(fd, window.bytes());
    alias = Reservation.reserve(os, window.holdings(), window.bytes(), PageSizes.GRANULE);
  }

  private int createFile() {
    int flags = MFD_CLOEXEC | (pages == Pages.HUGETLB ? hugetlb(sizes.hugetlb()) : 0);
    try {
      return os.memfdCreate("jitalloc", flags | MFD_EXEC);
    } catch (JitAllocException kernelBeforeMfdExec) {
      return os.memfdCreate("jitalloc", flags);
    }
  }

  private static int hugetlb(long pageBytes) {
    return MFD_HUGETLB | Long.numberOfTrailingZeros(pageBytes) << MFD_HUGE_SHIFT;
  }

  @Override
  public long unitBytes() {
    return switch (pages) {
      case SMALL -> sizes.small();
      case SHMEM_HUGE -> sizes.transparent();
      case HUGETLB -> sizes.hugetlb();
    };
  }

  private long aliasOf(long address) {
    return address - windowStart + alias;
  }

  @Override
  public void map(long address, long bytes, int protection, byte[] pattern) {
    try {
      mapFile(aliasOf(address), address, bytes, PROT_READ | PROT_WRITE);
      HostWindow.provide(os, aliasOf(address), bytes);
      RawMemory.fill(aliasOf(address), bytes, pattern);
      mapFile(address, address, bytes, protection);
      HostWindow.enter(os, address, bytes);
    } catch (RuntimeException failure) {
      Reservation.restoreAfter(failure, os, aliasOf(address), bytes);
      Reservation.restoreAfter(failure, os, address, bytes);
      throw failure;
    }
  }

  private void mapFile(long where, long address, long bytes, int protection) {
    os.mmap(where, bytes, protection, MAP_SHARED | MAP_FIXED, fd, address - windowStart);
    if (pages == Pages.SHMEM_HUGE) {
      os.madvise(where, bytes, MADV_HUGEPAGE);
    }
  }

  /** The memory goes back to the system while the file lasts: nothing of it is left to be read. */
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
}
