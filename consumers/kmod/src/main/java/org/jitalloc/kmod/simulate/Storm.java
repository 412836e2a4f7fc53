package org.jitalloc.kmod.simulate;

/**
 * The parameters of a boot.
 *
 * @param vcpus the number of processors, each of which is a device that requests its drivers
 * @param checks the checks against loading a module twice
 * @param seed the seed of the durations
 */
public record Storm(int vcpus, Checks checks, long seed) {
  /** The largest number of processors. */
  public static final int MOST_VCPUS = 100_000;

  /** The checks against loading a module twice. Each value includes the ones before it. */
  public enum Checks {
    /** After its memory was allocated: Linux up to 6.3. */
    LATE,
    /** After its file was read: Linux 6.4. */
    EARLY,
    /** When its file is opened: Linux 6.5. */
    SAME_FILE
  }

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException if there is no processor, or more than {@link #MOST_VCPUS}
   */
  public Storm {
    if (vcpus < 1 || vcpus > MOST_VCPUS) {
      throw new IllegalArgumentException(
          "vcpus=%d is not within 1..%d".formatted(vcpus, MOST_VCPUS));
    }
  }
}
