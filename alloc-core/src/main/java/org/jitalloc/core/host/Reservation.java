package org.jitalloc.core.host;

import static org.jitalloc.core.host.SystemCalls.*;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A range of reserved addresses: mapped with PROT_NONE and without memory. No other mapping can use
 * these addresses, and an access faults. Thread-safe after construction.
 */
final class Reservation {

  private static final int FLAGS = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;

  private final SystemCalls os;

  /**
   * The ranges that must be unmapped: first address to end address. Updated after each munmap,
   * because other code can map the addresses immediately afterwards. Guarded by the monitor.
   */
  private final TreeMap<Long, Long> mapped = new TreeMap<>();

  private final long start;
  private final long bytes;

  /**
   * Reserves aligned addresses.
   *
   * @param os the system calls
   * @param resources takes ownership of the reservation
   * @param bytes the length, without guards
   * @param alignBytes the alignment of the first address, a power of two
   * @param guardBytes the length of the additional reservation on each side, a multiple of the
   *     alignment
   */
  Reservation(
      SystemCalls os, ResourceStack resources, long bytes, long alignBytes, long guardBytes) {
    this.os = os;
    this.bytes = bytes;
    long larger = bytes + 2 * guardBytes + alignBytes;
    long first = os.mmap(0, larger, PROT_NONE, FLAGS, -1, 0);
    mapped.put(first, first + larger);
    resources.add(this::release);
    long aligned = (first + alignBytes - 1) & -alignBytes;
    start = aligned + guardBytes;
    release(first, aligned);
    release(start + bytes + guardBytes, first + larger);
  }

  /** {@return the first address} */
  long start() {
    return start;
  }

  /** {@return the length, without guards} */
  long bytes() {
    return bytes;
  }

  /** Excludes addresses from the release: they stay mapped until the process ends. */
  synchronized void keep(long from, long keptBytes) {
    exclude(from, from + keptBytes);
  }

  private void exclude(long from, long end) {
    Map.Entry<Long, Long> run = mapped.floorEntry(from);
    if (run == null || run.getValue() < end) {
      throw new IllegalStateException("not reserved: [0x%x,0x%x)".formatted(from, end));
    }
    mapped.remove(run.getKey());
    if (run.getKey() < from) {
      mapped.put(run.getKey(), from);
    }
    if (end < run.getValue()) {
      mapped.put(end, run.getValue());
    }
  }

  private void release(long from, long end) {
    if (from < end) {
      os.munmap(from, end - from);
      exclude(from, end);
    }
  }

  private synchronized void release() {
    for (Map.Entry<Long, Long> run : List.copyOf(mapped.entrySet())) {
      release(run.getKey(), run.getValue());
    }
  }

  /** Replaces mapped pages with reserved addresses without memory. */
  static void restore(SystemCalls os, long address, long bytes) {
    os.mmap(address, bytes, PROT_NONE, FLAGS | MAP_FIXED, -1, 0);
  }

  /** Does {@link #restore} because of a failure. Adds a new failure as a suppressed exception. */
  static void restoreAfter(Throwable failure, SystemCalls os, long address, long bytes) {
    try {
      restore(os, address, bytes);
    } catch (RuntimeException again) {
      failure.addSuppressed(again);
    }
  }
}
