package org.jitalloc.core.leak;

import java.util.List;
import java.util.function.UnaryOperator;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;

/**
 * Which allocations are watched, and whether lost ones are freed.
 *
 * @param every one allocation of this number is watched, on average; 1 for all, 0 for none
 * @param reclaim whether lost memory is freed after it was reported. This is safe only if no thread
 *     runs or reads memory by its address without the handle, or a function made of it
 */
public record LeakPolicy(int every, boolean reclaim) {

  /** The name of the setting for {@link #every()}: a number, all or off. */
  public static final String SAMPLE = "jitalloc.leaks.sample";

  /** The name of the setting for {@link #reclaim()}: true or false. */
  public static final String RECLAIM = "jitalloc.leaks.reclaim";

  /** The names of all settings of this record. */
  public static final List<String> NAMES = List.of(SAMPLE, RECLAIM);

  /** The policy without settings. */
  public static final LeakPolicy DEFAULT = new LeakPolicy(1024, false);

  /**
   * Reads the policy.
   *
   * @param settings gives the value of a setting by its name, empty if there is none
   * @return the policy
   * @throws JitAllocException INVALID_REQUEST if a value is unknown
   */
  public static LeakPolicy read(UnaryOperator<String> settings) {
    return new LeakPolicy(every(settings.apply(SAMPLE)), reclaim(settings.apply(RECLAIM)));
  }

  private static int every(String value) {
    return switch (value) {
      case "" -> DEFAULT.every;
      case "all" -> 1;
      case "off" -> 0;
      default -> positive(value);
    };
  }

  private static int positive(String value) {
    try {
      int every = Integer.parseInt(value);
      if (every > 0) {
        return every;
      }
    } catch (NumberFormatException _) {
      // Reported below.
    }
    throw invalid(SAMPLE, value, "all, off and numbers from 1 to 2147483647");
  }

  private static boolean reclaim(String value) {
    return switch (value) {
      case "true" -> true;
      case "", "false" -> false;
      default -> throw invalid(RECLAIM, value, "true and false");
    };
  }

  private static JitAllocException invalid(String name, String value, String values) {
    return new JitAllocException(
        Reason.INVALID_REQUEST, "%s=%s; there are %s".formatted(name, value, values));
  }
}
