package org.jitalloc.kmod.autoload;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** A queue that one daemon thread executes. For any thread. */
public final class ThreadWorkQueue implements WorkQueue, AutoCloseable {
  private final ScheduledThreadPoolExecutor executor;

  /**
   * Creates an empty queue.
   *
   * @param threadName the name of its thread
   */
  public ThreadWorkQueue(String threadName) {
    executor =
        new ScheduledThreadPoolExecutor(1, Thread.ofPlatform().daemon().name(threadName).factory());
    // Else work that is cancelled early would stay in the queue until it is due.
    executor.setRemoveOnCancelPolicy(true);
  }

  @Override
  public long nanoTime() {
    return System.nanoTime();
  }

  @Override
  public Cancellation after(Duration delay, Runnable work) {
    try {
      Future<?> future = executor.schedule(work, delay.toNanos(), TimeUnit.NANOSECONDS);
      return () -> future.cancel(false);
    } catch (RejectedExecutionException closed) {
      // All requests have ended before the queue is closed.
      return () -> {};
    }
  }

  /** Drops the work that is not due, and does not wait for work in progress. */
  @Override
  public void close() {
    executor.shutdownNow();
  }
}
