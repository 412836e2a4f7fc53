package org.jitalloc.core.memory;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A thread that looks after freed memory that no later free takes along: it is cleared and can be
 * used again within some {@link #TURN_NANOS}, however little happens.
 *
 * <p>The thread works in turns, tidies up after each period of turns, and goes to sleep after one
 * in which there was nothing to do; it is started when it is wanted first. To wake it costs a look
 * at a flag while it works.
 */
final class Reaper implements AutoCloseable {

  /** What tidies up. */
  interface Tidying {
    /**
     * Must not throw.
     *
     * @param quiet whether hardly anything happened in the period that ends
     */
    void tidy(boolean quiet);
  }

  private static final long TURN_NANOS = 10_000_000;

  /** Long enough for what comes in bursts to come again. */
  private static final long PERIOD_NANOS = 2_000_000_000;

  /** A period with more turns than this is a busy one. */
  private static final int QUIET_TURNS = 10;

  private final Runnable work;
  private final Tidying tidying;
  private final String name;
  private @Nullable Thread thread;
  private volatile boolean asleep = true;

  /** Whether something happened since the last turn. */
  private volatile boolean wanted;

  private boolean closed;

  /**
   * Makes it.
   *
   * @param name the name of the thread
   * @param work what a turn does; it must not throw
   * @param tidying what is done after each period
   */
  Reaper(String name, Runnable work, Tidying tidying) {
    this.name = name;
    this.work = work;
    this.tidying = tidying;
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
      int turns = workFor(PERIOD_NANOS);
      tidying.tidy(turns <= QUIET_TURNS);
      if (turns == 0) {
        sleep(Long.MAX_VALUE);
      }
    }
  }

  /** Works in turns for a time; {@return in how many there was something to do} */
  private int workFor(long nanos) {
    long start = System.nanoTime();
    int turns = 0;
    for (long left = nanos; left > 0 && !isClosed(); left = start + nanos - System.nanoTime()) {
      LockSupport.parkNanos(this, TURN_NANOS);
      if (wanted) {
        wanted = false;
        work.run();
        turns++;
      } else {
        sleep(left);
      }
    }
    return turns;
  }

  /** Sleeps until there is something to do, but not longer than a time. */
  private void sleep(long nanos) {
    long start = System.nanoTime();
    asleep = true;
    for (long left = nanos; asleep && !wanted && left > 0 && !isClosed(); ) {
      LockSupport.parkNanos(this, left);
      left = nanos - (System.nanoTime() - start);
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
