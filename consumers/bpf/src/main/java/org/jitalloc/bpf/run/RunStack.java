package org.jitalloc.bpf.run;

import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The active runs of one thread: a helper may run a program while one is running. */
final class RunStack {

  /** Each run has frames of Java and of machine code on the stack of the thread. */
  private static final int MAX_NESTED = 64;

  private static final long UNKNOWN = -1;

  private final LongSupplier floors;
  private long floor = UNKNOWN;
  private volatile Run[] runs = {new Run()};

  /** The thread that the runs are of; null while a stack for virtual threads is not in use. */
  private volatile @Nullable Thread thread;

  /**
   * How many runs are active. Who pushes one remembers the number of before, and stores it again in
   * the end: a store needs no stack, so that it succeeds after a StackOverflowError too.
   */
  int active;

  /**
   * Makes a stack.
   *
   * @param floors gives the lowest stack pointer at which the calling thread may call Java from
   *     code
   */
  RunStack(LongSupplier floors) {
    this.floors = floors;
  }

  /** {@return the lowest stack pointer at which the calling thread may call Java from code} */
  long floor() {
    if (floor == UNKNOWN) {
      floor = floors.getAsLong();
    }
    return floor;
  }

  /** {@return the run to be used next; it is the current one} */
  Run push() {
    if (active == runs.length) {
      grow();
    }
    Run run = runs[active];
    run.makeClean();
    active++;
    return run;
  }

  private void grow() {
    if (active == MAX_NESTED) {
      throw new IllegalStateException(
          "helpers run programs that call helpers, and so on, %d deep; that is the limit"
              .formatted(MAX_NESTED));
    }
    var run = new Run();
    Run[] more = Arrays.copyOf(runs, active + 1);
    more[active] = run;
    runs = more;
  }

  @Nullable Thread thread() {
    return thread;
  }

  void setThread(@Nullable Thread newThread) {
    thread = newThread;
    floor = UNKNOWN;
  }

  /** Looks at all runs, from any thread. {@return whether one is active} */
  boolean watch(long now, Consumer<StoppableProgram> stopping) {
    boolean any = false;
    for (Run run : runs) {
      any |= run.watch(this, now, stopping);
    }
    return any;
  }

  /** {@return the innermost run that is active} */
  Run current() {
    return runs[active - 1];
  }
}
