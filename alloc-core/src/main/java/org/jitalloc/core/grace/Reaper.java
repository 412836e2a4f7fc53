package org.jitalloc.core.grace;

import java.lang.System.Logger.Level;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A thread that recycles freed memory which no later free recycles: within some {@link #TURN_NANOS}
 * it is cleared and can be used again.
 *
 * <p>The thread works in turns, runs the maintenance after each period of turns, and sleeps after a
 * period without work. The first {@link #wake} starts it. While it works, {@link #wake} costs one
 * load of a flag.
 */
public final class Reaper implements AutoCloseable {

  /** The maintenance after a period. */
  public interface Tidying {
    /**
     * Must not throw.
     *
     * @param quiet whether the period had few turns
     */
    void tidy(boolean quiet);
  }

  /** Starts threads. */
  public interface Threads {
    Thread start(String name, Runnable loop);
  }

  private static final System.Logger LOG = System.getLogger("org.jitalloc");

  private static final long TURN_NANOS = 10_000_000;

  /** Longer than the usual pause between bursts of frees. */
  private static final long PERIOD_NANOS = 2_000_000_000;

  /** A period with more turns than this is a busy one. */
  private static final int QUIET_TURNS = 10;

  private final Runnable work;
  private final Tidying tidying;
  private final String name;
  private final Threads threads;
  private volatile @Nullable Thread thread;
  private volatile boolean asleep = true;

  /** Made once: the loop allocates nothing, so that a full heap does not end it. */
  private final Runnable period = this::runPeriod;

  /** Whether there is work since the last turn. */
  private volatile boolean wanted;

  private boolean closed;

  /**
   * Makes it.
   *
   * @param name the name of the thread
   * @param work is run at each turn; it must not throw
   * @param tidying is run after each period
   */
  public Reaper(String name, Runnable work, Tidying tidying) {
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

  /** Notes that there is work. If the system refuses a thread, the work waits for the next call. */
  public void wake() {
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
    try {
      while (!isClosed()) {
        guarded(period);
      }
    } finally {
      // If an Error ends the loop, the next call of wake starts another thread.
      asleep = true;
      thread = null;
    }
  }

  private void runPeriod() {
    int turns = workFor(PERIOD_NANOS);
    tidying.tidy(turns <= QUIET_TURNS);
    if (turns == 0) {
      sleep(Long.MAX_VALUE);
    }
  }

  /** Runs an action; the loop goes on whatever it throws. */
  private static void guarded(Runnable action) {
    try {
      action.run();
    } catch (Throwable failure) {
      try {
        LOG.log(Level.ERROR, "a turn of maintenance failed", failure);
      } catch (Throwable again) {
        // A log handler that fails does not end the thread.
      }
    }
  }

  /** Works in turns for a time; {@return the number of turns with work} */
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

  /** Sleeps until there is work, at most for a time. */
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

  /** Ends the thread. Returns when it is in no turn any more. */
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

  /** Waits until a thread has ended. Interrupts are kept for the caller. */
  public static void awaitEnd(Thread ending) {
    if (ending.equals(Thread.currentThread())) {
      // It ends when its current turn, which closes it, returns.
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
