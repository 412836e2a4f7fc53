package org.jitalloc.core.host;

import static org.jitalloc.core.host.SystemCalls.*;

/** Address space without memory: nobody else gets it, and touching it is an error. */
final class Reservation {

  /** What huge pages are aligned to. */
  static final long HUGE_PAGE_BYTES = 2L << 20;

  private static final int FLAGS = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;

  private Reservation() {}

  /** Reserves addresses aligned to huge pages. */
  static long reserve(SystemCalls os, long bytes) {
    long larger = bytes + HUGE_PAGE_BYTES;
    long start = os.mmap(0, larger, PROT_NONE, FLAGS, -1, 0);
    long aligned = (start + HUGE_PAGE_BYTES - 1) & -HUGE_PAGE_BYTES;
    if (aligned > start) {
      os.munmap(start, aligned - start);
    }
    long end = start + larger;
    if (end > aligned + bytes) {
      os.munmap(aligned + bytes, end - aligned - bytes);
    }
    return aligned;
  }

  /** Makes mapped addresses reserved again, with nothing behind them. */
  static void restore(SystemCalls os, long address, long bytes) {
    os.mmap(address, bytes, PROT_NONE, FLAGS | MAP_FIXED, -1, 0);
  }
}
