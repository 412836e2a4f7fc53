package org.jitalloc.core.host;

import static org.jitalloc.core.host.SystemCalls.*;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Address space without memory: nobody else gets it, and touching it is an error. */
final class Reservation {

  private static final int FLAGS = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;

  private final SystemCalls os;

  /**
   * What is to go back, first to end. What went back may be somebody else's at once, so this
   * follows each step. Guarded by the monitor.
   */
  private final TreeMap<Long, Long> held = new TreeMap<>();

  private final long start;
  private final long bytes;

  /**
   * Reserves aligned addresses.
   *
   * @param resources where they are entered
   * @param bytes how much
   * @param alignBytes a power of two
   * @param guardBytes how much is reserved on both sides besides, a multiple of the alignment
   */
  Reservation(
      SystemCalls os, ResourceStack resources, long bytes, long alignBytes, long guardBytes) {
    this.os = os;
    this.bytes = bytes;
    long larger = bytes + 2 * guardBytes + alignBytes;
    long first = os.mmap(0, larger, PROT_NONE, FLAGS, -1, 0);
    held.put(first, first + larger);
    resources.add(this::giveBack);
    long aligned = (first + alignBytes - 1) & -alignBytes;
    start = aligned + guardBytes;
    giveBack(first, aligned);
    giveBack(start + bytes + guardBytes, first + larger);
  }

  /** {@return the first address} */
  long start() {
    return start;
  }

  /** {@return how many addresses there are} */
  long bytes() {
    return bytes;
  }

  /** Leaves addresses out of what goes back: they stay mapped until the process ends. */
  synchronized void keep(long from, long keptBytes) {
    cut(from, from + keptBytes);
  }

  private void cut(long from, long end) {
    Map.Entry<Long, Long> run = held.floorEntry(from);
    if (run == null || run.getValue() < end) {
      throw new IllegalStateException("not held: [0x%x,0x%x)".formatted(from, end));
    }
    held.remove(run.getKey());
    if (run.getKey() < from) {
      held.put(run.getKey(), from);
    }
    if (end < run.getValue()) {
      held.put(end, run.getValue());
    }
  }

  private void giveBack(long from, long end) {
    if (from < end) {
      os.munmap(from, end - from);
      cut(from, end);
    }
  }

  private synchronized void giveBack() {
    for (Map.Entry<Long, Long> run : List.copyOf(held.entrySet())) {
      giveBack(run.getKey(), run.getValue());
    }
  }

  /** Makes mapped addresses reserved again, with nothing behind them. */
  static void restore(SystemCalls os, long address, long bytes) {
    os.mmap(address, bytes, PROT_NONE, FLAGS | MAP_FIXED, -1, 0);
  }

  /** Makes addresses reserved again because of a failure, which is what the caller is told of. */
  static void restoreAfter(Throwable failure, SystemCalls os, long address, long bytes) {
    try {
      restore(os, address, bytes);
    } catch (RuntimeException again) {
      failure.addSuppressed(again);
    }
  }
}
