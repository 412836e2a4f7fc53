package org.jitalloc.bpf.run;

import java.lang.ref.WeakReference;

/** Has a {@link RunStopper} look at the runs of a runtime now and then. */
final class RunWatch {
  /*
   * Policy: a run does not announce its start and end; a thread polls. It exists while a program is
   * loaded that polls, and for two rounds without a run thereafter. It looks each 10 ms while there
   * are runs, and ever less often, down to each 160 ms, while there are none. So a run is stopped
   * at most 170 ms after there is a reason to. The thread does not keep the runtime: one that is
   * unreachable ends it.
   * Lock: this object's monitor guards the count of programs and the thread.
   */
  private static final long LEAST_PAUSE_MILLIS = 10;
  private static final long MOST_PAUSE_MILLIS = 160;
  private static final int LAST_ROUNDS = 2;

  private final RunStopper stopper;
  private int programs;
  private int idleRounds;
  private boolean started;

  RunWatch(RunStopper stopper) {
    this.stopper = stopper;
  }

  /** Takes notice of a program that polls; starts the thread if there is none. */
  synchronized void add() {
    programs++;
    idleRounds = 0;
    if (!started) {
      started = true;
      start(new WeakReference<>(this));
    }
  }

  /** Takes notice of the end of a program that polls. */
  synchronized void remove() {
    programs--;
  }

  private static void start(WeakReference<RunWatch> watch) {
    Thread.ofPlatform()
        .daemon()
        .name("jitalloc-bpf-watch")
        .inheritInheritableThreadLocals(false)
        .start(() -> watch(watch));
  }

  private static void watch(WeakReference<RunWatch> watch) {
    long pause = LEAST_PAUSE_MILLIS;
    while (pause != 0) {
      try {
        Thread.sleep(pause);
      } catch (InterruptedException ignored) {
        // Nobody has this thread to interrupt it on purpose; it has to go on.
      }
      RunWatch self = watch.get();
      pause = self == null ? 0 : self.round(pause);
    }
  }

  /** Looks. {@return how long to wait for the next time; 0 if there is none} */
  private long round(long pause) {
    if (stopper.look()) {
      idle(false);
      return LEAST_PAUSE_MILLIS;
    }
    return idle(true) ? Math.min(2 * pause, MOST_PAUSE_MILLIS) : 0;
  }

  /** {@return whether the thread is still needed} */
  private synchronized boolean idle(boolean isIdle) {
    idleRounds = isIdle && programs == 0 ? idleRounds + 1 : 0;
    started = idleRounds < LAST_ROUNDS;
    return started;
  }
}
