package org.jitalloc;

import java.util.List;

/**
 * The way in which a target gets executable memory that is not writable at the address where it is
 * executed.
 *
 * @param name the name that forces this mode in the configuration, such as {@code shmem-thp}
 * @param reason why this mode was chosen, for people
 * @param rejected the better modes that do not work here, the best first
 */
public record MemoryMode(String name, String reason, List<Rejected> rejected) {

  /** Copies the list. */
  public MemoryMode {
    rejected = List.copyOf(rejected);
  }

  /**
   * A mode that does not work here.
   *
   * @param name its name
   * @param reason the system call that failed, its arguments and the error, or the result of the
   *     test that failed
   */
  public record Rejected(String name, String reason) {}
}
