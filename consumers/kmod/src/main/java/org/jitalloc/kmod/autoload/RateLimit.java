package org.jitalloc.kmod.autoload;

import java.time.Duration;

/** Lets so many through in a time, and counts the others. Thread-safe. */
final class RateLimit {
  private final long intervalNanos;
  private final int burst;

  /** All guarded by this. */
  private boolean begun;

  private long beginNanos;
  private int passed;
  private int missed;

  RateLimit(Duration interval, int burst) {
    this.intervalNanos = interval.toNanos();
    this.burst = burst;
  }

  /**
   * Asks to be let through.
   *
   * @param nowNanos the time
   * @return how many were not since the last one that was, or -1 if this one is not either
   */
  synchronized int pass(long nowNanos) {
    if (!begun || nowNanos - beginNanos > intervalNanos) {
      begun = true;
      beginNanos = nowNanos;
      passed = 0;
    }
    if (passed == burst) {
      missed++;
      return -1;
    }
    passed++;
    int missedBefore = missed;
    missed = 0;
    return missedBefore;
  }
}
