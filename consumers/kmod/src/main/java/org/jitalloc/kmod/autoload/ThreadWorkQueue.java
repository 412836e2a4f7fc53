package org.jitalloc.kmod.autoload;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** A queue worked off by one thread, which does not keep the process alive. */
public final class ThreadWorkQueue implements WorkQueue, AutoCloseable {
  private final ScheduledThreadPoolExecutor executor;

  /**
   * Makes an empty queue.
   *
   * @param threadName of its thread, for those who look at thread dumps
   */
  public ThreadWorkQueue(String threadName) {
    executor =
        new ScheduledThreadPoolExecutor(1, Thread.ofPlatform().daemon().name(threadName).factory());
    // What waits for a minute and is taken back after a millisecond would stay for a minute.
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
      // The requests were ended before the queue was closed.
      return () -> {};
    }
  }

  /** Forgets what is to be done later; what is being done is not waited for. */
  @Override
  public void close() {
    executor.shutdownNow();
  }
}
