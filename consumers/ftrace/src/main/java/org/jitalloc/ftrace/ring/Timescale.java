package org.jitalloc.ftrace.ring;

import java.util.function.LongSupplier;

/** Makes nanoseconds of the clock of tracers. */
final class Timescale {
  /*
   * Both clocks are read at the start and whenever times are asked for; what lies between gives
   * their ratio. The start takes some milliseconds, so that the first ratio is good to a
   * thousandth; later ones are better.
   */
  private static final long START_NANOS = 5_000_000;
  private static final int TRIES = 5;

  private final LongSupplier clock;
  private final Reading first;
  private Reading last;

  /** Both clocks at one time, as nearly as can be. */
  private record Reading(long nanos, long ticks) {}

  Timescale(LongSupplier clock) {
    this.clock = clock;
    first = now();
    while (System.nanoTime() - first.nanos < START_NANOS) {
      Thread.onSpinWait();
    }
    last = now();
  }

  private Reading now() {
    var best = new Reading(0, 0);
    long least = Long.MAX_VALUE;
    for (int i = 0; i < TRIES; i++) {
      long before = System.nanoTime();
      long ticks = clock.getAsLong();
      long after = System.nanoTime();
      if (after - before < least) {
        least = after - before;
        best = new Reading(before + (after - before) / 2, ticks);
      }
    }
    return best;
  }

  /** The time of {@link System#nanoTime} at a time of the clock. */
  long nanos(long ticks) {
    if (ticks - last.ticks > 0) {
      last = now();
    }
    double ratio = (double) (last.nanos - first.nanos) / (last.ticks - first.ticks);
    return last.nanos + Math.round((ticks - last.ticks) * ratio);
  }
}
