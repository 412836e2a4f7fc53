package org.jitalloc.core.pack;

import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jitalloc.arch.AddressRange;

/**
 * The addresses that slabs have, by whole granules of {@link Pools#SLAB_BYTES}. No two slabs share
 * a granule, even where ranges begin and end inside it, so an address leads to one slab. First fit
 * from the low end. Guard granules behind each run stay free. Thread-safe.
 */
final class AddressSpaceMap {
  private static final int SHIFT = Long.numberOfTrailingZeros(Pools.SLAB_BYTES);
  private static final long END = 1L << 64 - SHIFT;

  /** Runs of granules that are taken, first to end; runs that touch are one. */
  private final TreeMap<Long, Long> taken = new TreeMap<>();

  /** The number of granules that stay free behind a run. */
  private final int guards;

  /**
   * Makes it.
   *
   * @param guards the number of granules that stay free behind each run
   */
  AddressSpaceMap(int guards) {
    this.guards = guards;
  }

  /** The free addresses of a range. */
  record Room(long largestBytes, long freeBytes) {}

  static long granule(long address) {
    return address >>> SHIFT;
  }

  static long end(long address, long bytes) {
    return granule(address + bytes - 1) + 1;
  }

  /**
   * Takes the granules that hold a run of addresses.
   *
   * @param range where the run has to be
   * @param bytes its length
   * @param alignBytes the alignment of its start
   * @return its start; empty if the range has no such run
   */
  synchronized OptionalLong reserve(AddressRange range, long bytes, long alignBytes) {
    long from = range.start();
    while (Ranges.fits(from, range.end(), bytes, alignBytes)) {
      long start = Ranges.alignUp(from, alignBytes);
      Map.Entry<Long, Long> obstacle = taken.lowerEntry(guardedEnd(start, bytes));
      if (obstacle == null || obstacle.getValue() <= granule(start)) {
        add(granule(start), guardedEnd(start, bytes));
        return OptionalLong.of(start);
      }
      if (obstacle.getValue() == END) {
        break;
      }
      from = obstacle.getValue() << SHIFT;
    }
    return OptionalLong.empty();
  }

  /** No guard lies behind the last granule of the address space. */
  private long guardedEnd(long start, long bytes) {
    return Math.min(end(start, bytes) + guards, END);
  }

  private void add(long first, long end) {
    long newFirst = first;
    long newEnd = end;
    Map.Entry<Long, Long> before = taken.floorEntry(first);
    if (before != null && before.getValue() == first) {
      newFirst = before.getKey();
    }
    Long behind = taken.remove(end);
    if (behind != null) {
      newEnd = behind;
    }
    taken.put(newFirst, newEnd);
  }

  /** Releases a run that {@link #reserve} took. */
  synchronized void release(long start, long bytes) {
    long first = granule(start);
    long end = guardedEnd(start, bytes);
    Map.Entry<Long, Long> run = taken.floorEntry(first);
    if (run == null || run.getValue() < end) {
      throw new IllegalStateException("not reserved: start=0x%x bytes=%d".formatted(start, bytes));
    }
    long runFirst = run.getKey();
    long runEnd = run.getValue();
    taken.remove(runFirst);
    if (runFirst < first) {
      taken.put(runFirst, first);
    }
    if (end < runEnd) {
      taken.put(end, runEnd);
    }
  }

  synchronized Room room(AddressRange range) {
    long largest = 0;
    long free = 0;
    long from = range.start();
    long endGranule = end(range.start(), range.bytes());
    Map.Entry<Long, Long> before = taken.lowerEntry(granule(from));
    if (before != null && before.getValue() > granule(from)) {
      if (before.getValue() >= endGranule) {
        return new Room(0, 0);
      }
      from = before.getValue() << SHIFT;
    }
    for (var run : taken.subMap(granule(from), endGranule).entrySet()) {
      long hole = Math.max(0, (run.getKey() << SHIFT) - from);
      largest = Math.max(largest, hole);
      free += hole;
      if (run.getValue() >= endGranule) {
        return new Room(largest, free);
      }
      from = run.getValue() << SHIFT;
    }
    long hole = range.end() - from;
    return new Room(Math.max(largest, hole), free + hole);
  }

  synchronized long takenCount() {
    return taken.entrySet().stream().mapToLong(run -> run.getValue() - run.getKey()).sum();
  }
}
