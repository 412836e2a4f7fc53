package org.jitalloc.bpf.run;

import java.util.Arrays;

/** The runs of one thread: a helper may run a program while one is running. */
final class RunStack {

  /** Far more than anyone needs, and far less than a thread's stack has room for. */
  private static final int MAX_NESTED = 64;

  private Run[] runs = {new Run()};
  private int active;

  /** The run to be used next. It is the current one until {@link #leave}. */
  Run enter() {
    if (active == runs.length) {
      grow();
    }
    return runs[active++];
  }

  private void grow() {
    if (active == MAX_NESTED) {
      throw new IllegalStateException(
          "helpers run programs that call helpers, and so on, %d deep; that is the limit"
              .formatted(MAX_NESTED));
    }
    runs = Arrays.copyOf(runs, active + 1);
    runs[active] = new Run();
  }

  void leave() {
    active--;
  }

  /** The run that goes on in this thread. */
  Run current() {
    return runs[active - 1];
  }
}
