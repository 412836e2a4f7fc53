package org.jitalloc.core.host;

import static org.jitalloc.core.host.SystemCalls.*;

import java.util.concurrent.ConcurrentSkipListMap;

/**
 * Private memory in which each write replaces pages. The write copies the pages to another address,
 * changes the copy, sets its final permissions, and moves it over the old pages with one mremap(2).
 * This needs no rights beyond those of {@code mmap} and {@code mprotect}. A thread that executes a
 * page during a write sees the old or the new page. Slow, and without huge pages.
 */
final class PageExchange implements CodeMapping {

  private final SystemCalls os;
  private final ResourceStack resources;
  private final long pageBytes;

  /** The permissions of each mapped range, by its first address. */
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
      disableHugePages(address, bytes);
      HostWindow.populateForWrite(os, address, bytes);
      RawMemory.fill(address, bytes, pattern);
      os.mprotect(address, bytes, protection);
    } catch (RuntimeException failure) {
      Reservation.restoreAfter(failure, os, address, bytes);
      throw failure;
    }
  }

  /** Disables huge pages: the first write would split them. */
  private void disableHugePages(long address, long bytes) {
    HostWindow.advise(os, address, bytes, MADV_NOHUGEPAGE);
  }

  @Override
  public void unmap(long address, long bytes) {
    Reservation.restore(os, address, bytes);
    protections.remove(address);
  }

  /**
   * Replaces the pages of a range. Allocations of different threads can share a page, so the
   * monitor serialises the exchanges; a concurrent exchange would lose a write.
   */
  @Override
  public synchronized void write(long address, byte[] bytes) {
    long first = address & -pageBytes;
    long length = (address + bytes.length - first + pageBytes - 1) & -pageBytes;
    long scratch = os.mmap(0, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    try {
      HostWindow.populateForWrite(os, scratch, length);
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

  /** Does nothing: pages are replaced one by one, so they stay small. */
  @Override
  public void collapse(long address, long bytes) {}
}
