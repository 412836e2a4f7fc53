package org.jitalloc.core.pack;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;

/**
 * A lock for sections of some tens of nanoseconds: one atomic instruction to take it, a plain store
 * to give it back. Not reentrant, not fair. A thread that waits long sleeps.
 */
final class SpinLock {
  /*
   * The word that all this is about has cache lines around it where nothing is ever written, so
   * that taking one lock never takes the line of another.
   */
  private static final int PAD = 32;
  private static final VarHandle WORD = MethodHandles.arrayElementVarHandle(int[].class);
  private static final int FREE = 0;
  private static final int HELD = 1;
  private static final int SPINS = 200;
  private static final long NAP_NANOS = 20_000;

  private final int[] words = new int[2 * PAD];

  boolean tryAcquire() {
    return WORD.compareAndSet(words, PAD, FREE, HELD);
  }

  void acquire() {
    if (!tryAcquire()) {
      await();
    }
  }

  private void await() {
    for (int spins = 0; ; spins++) {
      if ((int) WORD.getOpaque(words, PAD) == FREE && tryAcquire()) {
        return;
      }
      if (spins < SPINS) {
        Thread.onSpinWait();
      } else {
        LockSupport.parkNanos(this, NAP_NANOS);
      }
    }
  }

  /** A number that the holder may leave for the next one; it comes with the lock for nothing. */
  int note() {
    return words[PAD + 1];
  }

  void note(int number) {
    words[PAD + 1] = number;
  }

  void release() {
    WORD.setRelease(words, PAD, FREE);
  }
}
