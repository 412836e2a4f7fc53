package org.jitalloc.core.host;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * A bounded queue of warnings. A thread adds a warning while it holds locks, and another call logs
 * it when no lock is held: a log handler that allocates memory could wait for one of these locks.
 * Thread-safe.
 */
final class Warnings {

  /** The capacity; further warnings are dropped. */
  private static final int CAPACITY = 100;

  private final LinkedBlockingQueue<String> waiting = new LinkedBlockingQueue<>(CAPACITY);

  /** Adds a warning, unless the queue is full. */
  void add(String warning) {
    boolean _ = waiting.offer(warning);
  }

  /** {@return the warnings since the last call, oldest first} */
  List<String> take() {
    if (waiting.isEmpty()) {
      return List.of();
    }
    List<String> taken = new ArrayList<>();
    waiting.drainTo(taken);
    return taken;
  }
}
