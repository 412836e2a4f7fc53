package org.jitalloc.kmod.simulate;

/**
 * A boot.
 *
 * @param vcpus how many processors there are; each is a device that has its drivers loaded
 * @param checks what is done against loading a module twice
 * @param seed of the times at which things happen
 */
public record Storm(int vcpus, Checks checks, long seed) {
  /** More than that nobody has. */
  public static final int MOST_VCPUS = 100_000;

  /** What is done against loading a module twice, each with what comes before it. */
  public enum Checks {
    /** A module is refused when it is allocated and takes its name: Linux up to 6.3. */
    LATE,
    /** Before that, when its file was read and its name is known: Linux 6.4. */
    EARLY,
    /** Before that, when its file is opened: Linux 6.5. */
    SAME_FILE
  }

  /**
   * Checks.
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
