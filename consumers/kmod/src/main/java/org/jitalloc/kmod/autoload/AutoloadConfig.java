package org.jitalloc.kmod.autoload;

import java.time.Duration;

/**
 * The configuration of requests.
 *
 * @param helper the path of the program that loads modules; empty if requests are refused
 * @param concurrentRequests the largest number of requests that run at once, with those that wait
 *     for a duplicate
 * @param slotTimeout how long a request waits until it runs
 * @param memory how long the outcome of a request is given to later requests for the same name
 * @param traceDuplicates whether warnings of duplicates have the stack of the caller
 */
public record AutoloadConfig(
    String helper,
    int concurrentRequests,
    Duration slotTimeout,
    Duration memory,
    boolean traceDuplicates) {

  /** The values of Linux. */
  public static final AutoloadConfig DEFAULTS =
      new AutoloadConfig(
          "/sbin/modprobe", 50, Duration.ofSeconds(5), Duration.ofSeconds(60), false);

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException if {@code concurrentRequests} is less than 1, or a duration is
   *     negative
   */
  public AutoloadConfig {
    if (concurrentRequests < 1 || slotTimeout.isNegative() || memory.isNegative()) {
      throw new IllegalArgumentException(
          "concurrentRequests=%d slotTimeout=%s memory=%s"
              .formatted(concurrentRequests, slotTimeout, memory));
    }
  }
}
