package org.jitalloc.core.host;

import static org.jitalloc.core.host.SystemCalls.*;

/**
 * Private memory where each write makes a new page: copied, changed and given its final permissions
 * somewhere else, then moved over the old one in one system call. No other rights are needed than
 * those of {@code mmap} and {@code mprotect}, and a thread that is executing the page meanwhile
 * finds the old page or the new one, never none. Slow, and never huge.
 */
final class PageExchange implements WriteThrough {

  private final SystemCalls os;
  private final long pageBytes;

  PageExchange(SystemCalls os, long pageBytes) {
    this.os = os;
    this.pageBytes = pageBytes;
  }

  /** What the pages of a slab allow. */
  private final java.util.concurrent.ConcurrentSkipListMap<Long, Integer> protections =
      new java.util.concurrent.ConcurrentSkipListMap<>();

  @Override
  public void map(long address, long bytes, int protection, byte[] pattern) {
    try {
      os.mmap(
          address, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
      os.madvise(address, bytes, MADV_NOHUGEPAGE);
      RawMemory.fill(address, bytes, pattern);
      os.mprotect(address, bytes, protection);
      protections.put(address, protection);
    } catch (RuntimeException failure) {
      Reservation.restore(os, address, bytes);
      throw failure;
    }
  }

  @Override
  public void unmap(long address, long bytes) {
    protections.remove(address);
    Reservation.restore(os, address, bytes);
  }

  /**
   * Pages are shared by allocations of different threads: one exchange at a time, or one would undo
   * the other.
   */
  @Override
  public synchronized void write(long address, byte[] bytes) {
    long first = address & -pageBytes;
    long length = (address + bytes.length - first + pageBytes - 1) & -pageBytes;
    long scratch = os.mmap(0, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    try {
      RawMemory.at(scratch, length).copyFrom(RawMemory.at(first, length));
      RawMemory.write(scratch + (address - first), bytes);
      os.mprotect(scratch, length, protections.floorEntry(address).getValue());
      os.mremap(scratch, length, MREMAP_MAYMOVE | MREMAP_FIXED, first);
    } catch (RuntimeException failure) {
      os.munmap(scratch, length);
      throw failure;
    }
  }

  @Override
  public void close() {
    protections.clear();
  }
}
