package org.jitalloc.core.host;

import java.util.concurrent.atomic.AtomicLong;

/**
 * A process-wide barrier that concurrent callers share. A barrier serves all callers that arrived
 * before it started. Thread-safe.
 */
final class SharedBarrier {

  private final Runnable barrier;
  private final AtomicLong callers = new AtomicLong();

  /** The number of the last caller that a completed barrier serves. Guarded by the monitor. */
  private long covered;

  SharedBarrier(Runnable barrier) {
    this.barrier = barrier;
  }

  /** Returns after a barrier that started after the call of this method. */
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
