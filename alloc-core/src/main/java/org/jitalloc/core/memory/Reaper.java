package org.jitalloc.core.memory;

import java.lang.System.Logger.Level;
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

  /** Where a thread comes from. */
  interface Threads {
    Thread start(String name, Runnable loop);
  }

  private static final System.Logger LOG = System.getLogger("org.jitalloc");

  private static final long TURN_NANOS = 10_000_000;

  /** Long enough for what comes in bursts to come again. */
  private static final long PERIOD_NANOS = 2_000_000_000;

  /** A period with more turns than this is a busy one. */
  private static final int QUIET_TURNS = 10;

  private final Runnable work;
  private final Tidying tidying;
  private final String name;
  private final Threads threads;
  private volatile @Nullable Thread thread;
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
    this(
        name,
        work,
        tidying,
        (threadName, loop) -> Thread.ofPlatform().daemon().name(threadName).start(loop));
  }

  Reaper(String name, Runnable work, Tidying tidying, Threads threads) {
    this.threads = threads;
    this.name = name;
    this.work = work;
    this.tidying = tidying;
  }

  /**
   * Says that there is something to do. If the system gives no thread, the work waits for the next
   * call.
   */
  void wake() {
    if (!wanted || thread == null) {
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
    Thread started = thread;
    if (started == null) {
      asleep = false;
      thread = startThread();
      asleep = thread == null;
    } else if (asleep) {
      asleep = false;
      LockSupport.unpark(started);
    }
  }

  private @Nullable Thread startThread() {
    try {
      return threads.start(name, this::run);
    } catch (Throwable refused) {
      guarded(() -> LOG.log(Level.WARNING, name + " cannot start now and is tried again", refused));
      return null;
    }
  }

  private void run() {
    while (!isClosed()) {
      int turns = workFor(PERIOD_NANOS);
      guarded(() -> tidying.tidy(turns <= QUIET_TURNS));
      if (turns == 0) {
        sleep(Long.MAX_VALUE);
      }
    }
  }

  /** The loop goes on whatever is thrown. */
  private static void guarded(Runnable action) {
    try {
      action.run();
    } catch (Throwable failure) {
      try {
        LOG.log(Level.ERROR, "a turn of maintenance failed", failure);
      } catch (Throwable again) {
        // Nothing is left to be tried.
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
        guarded(work);
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
    if (ending.equals(Thread.currentThread())) {
      // It ends when it is out of what closes it.
      return;
    }
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
