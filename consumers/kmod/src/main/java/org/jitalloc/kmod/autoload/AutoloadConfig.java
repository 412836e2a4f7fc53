package org.jitalloc.kmod.autoload;

import java.time.Duration;

/**
 * How requests are dealt with.
 *
 * @param helper what is run for a request, as a path; empty if modules are not to be loaded on
 *     request
 * @param concurrentRequests how many requests are worked on at once, those that wait for a
 *     duplicate included
 * @param slotTimeout how long a request waits until it is worked on
 * @param memory how long the result of a request is given to others that ask for the same name
 * @param traceDuplicates whether warnings of duplicates say who asked
 */
public record AutoloadConfig(
    String helper,
    int concurrentRequests,
    Duration slotTimeout,
    Duration memory,
    boolean traceDuplicates) {

  /** What Linux does. */
  public static final AutoloadConfig DEFAULTS =
      new AutoloadConfig(
          "/sbin/modprobe", 50, Duration.ofSeconds(5), Duration.ofSeconds(60), false);

  /**
   * Checks.
   *
   * @throws IllegalArgumentException if no request could ever be worked on, or a time is negative
   */
  public AutoloadConfig {
    if (concurrentRequests < 1 || slotTimeout.isNegative() || memory.isNegative()) {
      throw new IllegalArgumentException(
          "concurrentRequests=%d slotTimeout=%s memory=%s"
              .formatted(concurrentRequests, slotTimeout, memory));
    }
  }
}
