package org.jitalloc.core.host;

import static org.jitalloc.core.host.SystemCalls.*;

/** Address space without memory: nobody else gets it, and touching it is an error. */
final class Reservation {

  private static final int FLAGS = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;

  private final SystemCalls os;
  private long start;
  private long end;

  private Reservation(SystemCalls os, long start, long end) {
    this.os = os;
    this.start = start;
    this.end = end;
  }

  /**
   * Reserves aligned addresses.
   *
   * @param holdings where they are entered
   * @param bytes how much
   * @param alignBytes a power of two
   * @return the first address
   */
  static long reserve(SystemCalls os, Holdings holdings, long bytes, long alignBytes) {
    long larger = bytes + alignBytes;
    long first = os.mmap(0, larger, PROT_NONE, FLAGS, -1, 0);
    Reservation reserved = new Reservation(os, first, first + larger);
    holdings.add(reserved::giveBack);
    reserved.cut((first + alignBytes - 1) & -alignBytes, bytes);
    return reserved.start;
  }

  /** What is cut off may be somebody else's at once, so the bounds follow each step. */
  private void cut(long newStart, long bytes) {
    if (newStart > start) {
      os.munmap(start, newStart - start);
      start = newStart;
    }
    if (end > newStart + bytes) {
      os.munmap(newStart + bytes, end - newStart - bytes);
      end = newStart + bytes;
    }
  }

  private void giveBack() {
    os.munmap(start, end - start);
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
