package org.jitalloc.core.host;

import static org.jitalloc.core.host.SystemCalls.*;

import java.util.concurrent.ConcurrentSkipListMap;

/**
 * Private memory where each write makes a new page: copied, changed and given its final permissions
 * somewhere else, then moved over the old one in one system call. No other rights are needed than
 * those of {@code mmap} and {@code mprotect}, and a thread that is executing the page meanwhile
 * finds the old page or the new one, never none. Slow, and never huge.
 */
final class PageExchange implements CodeMapping {

  private final SystemCalls os;
  private final ResourceStack resources;
  private final long pageBytes;

  /** What the pages of a slab allow. */
  private final ConcurrentSkipListMap<Long, Integer> protections = new ConcurrentSkipListMap<>();

  PageExchange(HostWindow window) {
    os = window.os();
    resources = window.resources();
    pageBytes = window.pages().small();
  }

  @Override
  public long unitBytes() {
    return pageBytes;
  }

  @Override
  public void map(long address, long bytes, int protection, byte[] pattern) {
    recommit(address, bytes, protection, pattern);
    protections.put(address, protection);
  }

  @Override
  public boolean decommit(long address, long bytes) {
    Reservation.restore(os, address, bytes);
    return true;
  }

  @Override
  public void recommit(long address, long bytes, int protection, byte[] pattern) {
    try {
      os.mmap(
          address, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
      refuseHuge(address, bytes);
      HostWindow.provide(os, address, bytes);
      RawMemory.fill(address, bytes, pattern);
      os.mprotect(address, bytes, protection);
    } catch (RuntimeException failure) {
      Reservation.restoreAfter(failure, os, address, bytes);
      throw failure;
    }
  }

  /** A huge page would be split by the first write. */
  private void refuseHuge(long address, long bytes) {
    HostWindow.advise(os, address, bytes, MADV_NOHUGEPAGE);
  }

  @Override
  public void unmap(long address, long bytes) {
    Reservation.restore(os, address, bytes);
    protections.remove(address);
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
      HostWindow.provide(os, scratch, length);
      RawMemory.at(scratch, length).copyFrom(RawMemory.at(first, length));
      RawMemory.write(scratch + (address - first), bytes);
      os.mprotect(scratch, length, protections.floorEntry(address).getValue());
      os.mremap(scratch, length, MREMAP_MAYMOVE | MREMAP_FIXED, first);
    } catch (RuntimeException failure) {
      discard(scratch, length, failure);
      throw failure;
    }
  }

  private void discard(long scratch, long length, RuntimeException failure) {
    try {
      os.munmap(scratch, length);
    } catch (RuntimeException again) {
      failure.addSuppressed(again);
      resources.add(() -> os.munmap(scratch, length));
    }
  }

  /** Its pages are exchanged one by one, so they stay small. */
  @Override
  public void collapse(long address, long bytes) {}
}
