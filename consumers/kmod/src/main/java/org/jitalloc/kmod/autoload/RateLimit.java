package org.jitalloc.kmod.autoload;

import java.time.Duration;

/** Admits a number of events in an interval, and counts the others. Thread-safe. */
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
   * Admits or suppresses an event.
   *
   * @param nowNanos the present time in nanoseconds
   * @return the number of events that were suppressed since the last admitted one; -1 if this one
   *     is suppressed
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
