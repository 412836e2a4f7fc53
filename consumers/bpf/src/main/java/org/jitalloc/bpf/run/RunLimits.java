package org.jitalloc.bpf.run;

import java.time.Duration;
import org.jitalloc.bpf.BpfStoppedException.Reason;

/**
 * How long the runs of a program may take.
 *
 * @param nanos the time in nanoseconds; 0 for any
 * @param steps the number of poll points that a run may pass; 0 for any
 */
record RunLimits(long nanos, long steps) {

  boolean countsSteps() {
    return steps != 0;
  }

  /** {@return what stopped a run, for people} */
  String describe(Reason reason) {
    return switch (reason) {
      case INTERRUPTED -> "its thread was interrupted";
      case TIME_LIMIT -> "it ran for longer than its time limit of " + Duration.ofNanos(nanos);
      case STEP_LIMIT -> "it took more steps than its step limit of " + steps;
      case CLOSED -> "the program was closed forcibly";
    };
  }
}
