package org.jitalloc.kprobes.run;

import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * The lock of the probes of a target. Whoever gives it away does what came up meanwhile: jumps that
 * can be written, call sites that are not needed any more.
 */
final class ProbeLock {
  private final ReentrantLock lock = new ReentrantLock();
  private final Arming arming;
  private final Borrowing borrowing;

  ProbeLock(Arming arming, Borrowing borrowing) {
    this.arming = arming;
    this.borrowing = borrowing;
  }

  void locked(Runnable action) {
    locked(
        () -> {
          action.run();
          return true;
        });
  }

  <T> T locked(Supplier<T> action) {
    lock.lock();
    try {
      return action.get();
    } finally {
      unlock();
    }
  }

  private void unlock() {
    try {
      if (lock.getHoldCount() == 1) arming.optimize();
    } finally {
      lock.unlock();
    }
    optimizeIfIdle();
    if (!lock.isHeldByCurrentThread()) borrowing.giveBack();
  }

  /** By any thread, which must not wait: if somebody has the lock, they will see to it. */
  void optimizeIfIdle() {
    while (arming.isReady() && !lock.isHeldByCurrentThread() && lock.tryLock()) {
      try {
        arming.optimize();
      } finally {
        lock.unlock();
      }
    }
  }
}
