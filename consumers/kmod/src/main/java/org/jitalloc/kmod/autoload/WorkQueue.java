package org.jitalloc.kmod.autoload;

import java.time.Duration;

/** Time, and things to be done later: what requests need of the world, so that tests can be it. */
public interface WorkQueue {

  /**
   * The time.
   *
   * @return nanoseconds since some moment, as {@link System#nanoTime}
   */
  long nanoTime();

  /**
   * Does something later, never on the thread that asks for it before this method has returned.
   *
   * @param delay how much later; may be 0
   * @param work short, and must not throw
   * @return takes it back
   */
  Cancellation after(Duration delay, Runnable work);

  /**
   * Does something soon.
   *
   * @param work short, and must not throw
   */
  default void soon(Runnable work) {
    after(Duration.ZERO, work);
  }

  /** Takes work back. */
  @FunctionalInterface
  interface Cancellation {
    /** Does nothing if the work is done, or is being done. */
    void cancel();
  }
}
