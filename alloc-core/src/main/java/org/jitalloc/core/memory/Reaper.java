package org.jitalloc.core.memory;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A thread that looks after freed memory that no later free takes along: it is cleared and can be
 * used again within some {@link #PERIOD_NANOS}, however little happens.
 *
 * <p>The thread works in turns and goes to sleep after a turn in which there was nothing to do; it
 * is started when it is wanted first. To wake it costs a look at a flag while it is awake.
 */
final class Reaper implements AutoCloseable {

  private static final long PERIOD_NANOS = 10_000_000;

  private final Runnable work;
  private final Runnable last;
  private final String name;
  private @Nullable Thread thread;
  private volatile boolean asleep = true;

  /** What happened since the last turn: a turn without is the last one before sleep. */
  private volatile boolean wanted;

  private boolean closed;

  /**
   * Makes it.
   *
   * @param name the name of the thread
   * @param work what a turn does; it must not throw
   * @param last what is done before sleep; it must not throw
   */
  Reaper(String name, Runnable work, Runnable last) {
    this.name = name;
    this.work = work;
    this.last = last;
  }

  /** Says that there is something to do. */
  void wake() {
    if (!wanted) {
      wanted = true;
      if (asleep) {
        start();
      }
    }
  }

  private synchronized void start() {
    if (closed) {
      return;
    }
    if (thread == null) {
      thread = Thread.ofPlatform().daemon().name(name).unstarted(this::run);
      asleep = false;
      thread.start();
    } else if (asleep) {
      asleep = false;
      LockSupport.unpark(thread);
    }
  }

  private void run() {
    while (!isClosed()) {
      LockSupport.parkNanos(this, PERIOD_NANOS);
      if (wanted) {
        wanted = false;
        work.run();
      } else {
        last.run();
        sleep();
      }
    }
  }

  private void sleep() {
    asleep = true;
    while (asleep && !wanted && !isClosed()) {
      LockSupport.park(this);
    }
    asleep = false;
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  /** Ends the thread; returns when it is in no turn any more. */
  @Override
  public void close() {
    Thread ending;
    synchronized (this) {
      closed = true;
      ending = thread;
    }
    if (ending == null) {
      return;
    }
    LockSupport.unpark(ending);
    awaitEnd(ending);
  }

  /** Waits until a thread has ended, whoever interrupts. */
  static void awaitEnd(Thread ending) {
    boolean interrupted = false;
    while (ending.isAlive()) {
      try {
        ending.join();
      } catch (InterruptedException later) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
