package org.jitalloc.itests.laws.fake;

import java.util.concurrent.locks.ReentrantLock;

/** Classes with a lock each. */
public final class Locked {
  private Locked() {}

  /** Has a lock in a field. */
  public static final class Field {
    private final ReentrantLock lock = new ReentrantLock();

    /** {@return whether the lock is held} */
    public boolean isLocked() {
      return lock.isLocked();
    }
  }

  /** Has a synchronized method. */
  public static final class Method {
    private int count;

    /** {@return how often this was called} */
    public synchronized int count() {
      return ++count;
    }
  }

  /** Enters a monitor. */
  public static final class Block {
    private int count;

    /** {@return how often this was called} */
    public int count() {
      synchronized (this) {
        return ++count;
      }
    }
  }
}
