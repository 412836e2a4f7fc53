package org.jitalloc;

import java.util.List;

/**
 * How a target gets memory that can be executed but never written where it is executed.
 *
 * @param name the short name that configuration uses to force this way, such as {@code shmem-thp}
 * @param reason why it was chosen, for people
 * @param rejected the ways that would have been better and why they do not work here, best first
 */
public record MemoryMode(String name, String reason, List<Rejected> rejected) {

  /** Makes a description; the list is copied. */
  public MemoryMode {
    rejected = List.copyOf(rejected);
  }

  /**
   * A way that does not work here.
   *
   * @param name its short name
   * @param reason what failed: the call, its arguments and the error, or what was found to be wrong
   */
  public record Rejected(String name, String reason) {}
}
