package org.jitalloc.core.leak;

import java.util.concurrent.ThreadLocalRandom;

/**
 * Samples one of a number of events, on average. The gaps are random: a program that allocates in
 * rounds, and loses the same one of each round, could otherwise escape a sample of every 1,024th.
 */
final class Sampler {
  /*
   * Counts down in cells, which threads share by a hash, without synchronisation: threads that
   * share a cell may lose a step, which makes a gap longer. Each cell has a cache line. Cost: a
   * load and a store.
   */
  private static final int CELLS = 64;
  private static final int LINE_SHIFT = 4;

  private final int every;
  private final int[] left = new int[CELLS + 2 << LINE_SHIFT];

  Sampler(int every) {
    this.every = every;
    for (int cell = 1; every > 0 && cell <= CELLS; cell++) {
      left[cell << LINE_SHIFT] = gap();
    }
  }

  boolean next() {
    if (every == 0) {
      return false;
    }
    int cell = 1 + ((int) Thread.currentThread().threadId() & CELLS - 1) << LINE_SHIFT;
    int rest = left[cell] - 1;
    left[cell] = rest;
    if (rest > 0) {
      return false;
    }
    left[cell] = gap();
    return true;
  }

  /** From 1 to 2 · every − 1. */
  private int gap() {
    return (int) ThreadLocalRandom.current().nextLong(1, 2L * every);
  }
}
