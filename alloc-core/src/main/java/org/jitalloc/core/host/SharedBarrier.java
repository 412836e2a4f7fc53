package org.jitalloc.core.host;

import java.util.concurrent.atomic.AtomicLong;

/**
 * A barrier in all threads that concurrent callers share: one that starts after a caller came is
 * enough for that caller.
 */
final class SharedBarrier {

  private final Runnable barrier;
  private final AtomicLong callers = new AtomicLong();

  /** The number of the last caller that a finished barrier covers. Guarded by the monitor. */
  private long covered;

  SharedBarrier(Runnable barrier) {
    this.barrier = barrier;
  }

  /** Returns after a barrier that started during this call. */
  void execute() {
    execute(callers.incrementAndGet());
  }

  private synchronized void execute(long caller) {
    if (covered < caller) {
      long last = callers.get();
      barrier.run();
      covered = last;
    }
  }
}
