package org.jitalloc.core.ds;

import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Makes changes one after the other in the order in which they are wanted, without a lock: others
 * hear of them, and may come back with more, in the same thread or in one that they wait for. So
 * nobody waits here. A change is made when {@link #make} returns, unless somebody is making changes
 * at that moment, another thread or this one farther out: they make it when they come to it.
 */
final class Changes {
  /** The monitor guards both. */
  private final Queue<Runnable> waiting = new ArrayDeque<>();

  private boolean atWork;

  /**
   * Makes a change.
   *
   * @param change it; if it fails, whoever makes it gets the failure after the last change
   */
  void make(Runnable change) {
    synchronized (this) {
      waiting.add(change);
      if (atWork) {
        return;
      }
      atWork = true;
    }
    makeAll();
  }

  private void makeAll() {
    Throwable failed = null;
    for (Runnable change = next(); change != null; change = next()) {
      try {
        change.run();
      } catch (RuntimeException | Error failure) {
        if (failed == null) {
          failed = failure;
        } else {
          failed.addSuppressed(failure);
        }
      }
    }
    if (failed instanceof Error error) {
      throw error;
    }
    if (failed instanceof RuntimeException failure) {
      throw failure;
    }
  }

  private synchronized @Nullable Runnable next() {
    Runnable next = waiting.poll();
    atWork = next != null;
    return next;
  }
}
