package org.jitalloc.arch;

import java.util.List;

/**
 * The writes and synchronisations that change a batch of patch sites.
 *
 * @param steps the steps, in order
 * @param traps the records for the trap handler, for threads that execute a site in an intermediate
 *     state, in ascending order of address; empty if no intermediate state traps
 */
public record PokePlan(List<Step> steps, List<Trap> traps) {

  /** Copies the lists. */
  public PokePlan {
    steps = List.copyOf(steps);
    traps = List.copyOf(traps);
  }

  /** A step. */
  public sealed interface Step {}

  /**
   * A write. A write of one byte is atomic for every processor; so is an aligned write of 2, 4 or 8
   * bytes if the instructions of the architecture are aligned to 2 bytes or more. Processors may
   * see any other write in parts.
   *
   * @param address the address of the first byte
   * @param bytes the new bytes; not to be modified
   */
  public record Write(long address, byte[] bytes) implements Step {}

  /**
   * Waits until every processor has executed a serialising instruction, so that none executes a
   * prefetched old instruction.
   */
  public record Sync() implements Step {}

  /**
   * A record of the trap table.
   *
   * @param address the address of the trapping instruction in the intermediate state
   * @param record the bytes after the address in the record of {@link TrapHandler#recordBytes()}
   *     bytes; not to be modified
   */
  public record Trap(long address, byte[] record) {}
}
