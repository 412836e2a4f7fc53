package org.jitalloc.bpf.run;

import java.time.Duration;
import org.jitalloc.JitAllocException;
import org.jitalloc.bpf.BpfLoadOptions;

/**
 * The limits of runs that a runtime gives to programs.
 *
 * @param timeLimit the time limit of a program that is loaded without one; {@link
 *     BpfLoadOptions#NO_TIME_LIMIT} for none
 * @param maxTimeLimit the greatest time limit that a program can have; {@link
 *     BpfLoadOptions#NO_TIME_LIMIT} for any
 * @param stepLimit the step limit of a program that is loaded without one; {@link
 *     BpfLoadOptions#NO_STEP_LIMIT} for none
 */
public record RunPolicy(Duration timeLimit, Duration maxTimeLimit, long stepLimit) {

  /** A minute for programs that say nothing; anything for those that do. */
  public static final RunPolicy DEFAULT =
      new RunPolicy(
          Duration.ofMinutes(1), BpfLoadOptions.NO_TIME_LIMIT, BpfLoadOptions.NO_STEP_LIMIT);

  /** A minute at most. */
  public static final RunPolicy STRICT =
      new RunPolicy(DEFAULT.timeLimit(), DEFAULT.timeLimit(), BpfLoadOptions.NO_STEP_LIMIT);

  /** Makes the policy. */
  public RunPolicy {
    if (!timeLimit.isPositive() || !maxTimeLimit.isPositive() || stepLimit <= 0) {
      throw new IllegalArgumentException(
          "a limit is not positive: timeLimit=%s maxTimeLimit=%s stepLimit=%d"
              .formatted(timeLimit, maxTimeLimit, stepLimit));
    }
  }

  /**
   * {@return the limits of a program that is loaded}
   *
   * @throws JitAllocException DENIED if it asks for a time limit that is too great
   */
  RunLimits limits(BpfLoadOptions options) {
    Duration time = options.timeLimit().isZero() ? least(timeLimit) : options.timeLimit();
    if (time.compareTo(maxTimeLimit) > 0) {
      throw new JitAllocException(
          JitAllocException.Reason.DENIED,
          "program %s wants timeLimit=%s: rule maxTimeLimitMillis=%d of configuration org.jitalloc.bpf"
              .formatted(options.name(), text(time), maxTimeLimit.toMillis()));
    }
    long steps = options.stepLimit() == 0 ? stepLimit : options.stepLimit();
    return new RunLimits(
        time.equals(BpfLoadOptions.NO_TIME_LIMIT) ? 0 : nanos(time),
        steps == BpfLoadOptions.NO_STEP_LIMIT ? 0 : steps);
  }

  private Duration least(Duration time) {
    return time.compareTo(maxTimeLimit) > 0 ? maxTimeLimit : time;
  }

  private static String text(Duration time) {
    return time.equals(BpfLoadOptions.NO_TIME_LIMIT) ? "none" : time.toString();
  }

  /** Nanoseconds; of what is too long for these, the most. */
  private static long nanos(Duration time) {
    var most = Duration.ofNanos(Long.MAX_VALUE);
    return time.compareTo(most) > 0 ? Long.MAX_VALUE : time.toNanos();
  }
}
