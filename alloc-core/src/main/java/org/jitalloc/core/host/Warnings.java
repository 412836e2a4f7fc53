package org.jitalloc.core.host;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * Warnings that wait to be logged. Where they arise locks are held, and a log handler that
 * allocates memory would wait for one of them. Thread-safe.
 */
final class Warnings {

  /** Enough to see what goes on; more are left out. */
  private static final int MOST = 100;

  private final LinkedBlockingQueue<String> waiting = new LinkedBlockingQueue<>(MOST);

  /** Adds one, unless too many are waiting. */
  void add(String warning) {
    boolean _ = waiting.offer(warning);
  }

  /** {@return those that were added since the last call} */
  List<String> take() {
    if (waiting.isEmpty()) {
      return List.of();
    }
    List<String> taken = new ArrayList<>();
    waiting.drainTo(taken);
    return taken;
  }
}
