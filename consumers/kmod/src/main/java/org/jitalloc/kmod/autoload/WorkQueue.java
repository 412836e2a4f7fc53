package org.jitalloc.kmod.autoload;

import java.time.Duration;

/** The clock and the deferred work of requests, which tests replace. For any thread. */
public interface WorkQueue {

  /**
   * Returns the present time.
   *
   * @return nanoseconds since an arbitrary origin, as {@link System#nanoTime}
   */
  long nanoTime();

  /**
   * Executes work later, never before this method has returned on the calling thread.
   *
   * @param delay the delay; may be 0
   * @param work the work; it is short and does not throw
   * @return cancels the work
   */
  Cancellation after(Duration delay, Runnable work);

  /**
   * Executes work as soon as possible, as {@link #after} with no delay.
   *
   * @param work the work; it is short and does not throw
   */
  default void soon(Runnable work) {
    after(Duration.ZERO, work);
  }

  /** Cancels work. */
  @FunctionalInterface
  interface Cancellation {
    /** Cancels the work, unless it was started. */
    void cancel();
  }
}
