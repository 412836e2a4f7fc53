package org.jitalloc.arch;

import java.util.List;

/**
 * How a batch of places is changed.
 *
 * @param steps what to do, in order
 * @param traps what a thread that meets a place in between has to be told, in ascending order of
 *     address; empty if no intermediate state traps
 */
public record PokePlan(List<Step> steps, List<Trap> traps) {

  /** Makes a plan; the lists are copied. */
  public PokePlan {
    steps = List.copyOf(steps);
    traps = List.copyOf(traps);
  }

  /** One thing to do. */
  public sealed interface Step {}

  /**
   * A write. Every processor sees one byte whole or not at all; likewise an aligned 2, 4 or 8 bytes
   * if the instructions of the architecture are aligned to 2 bytes or more. Any other write may be
   * seen in parts.
   *
   * @param address where
   * @param bytes what; not to be modified
   */
  public record Write(long address, byte[] bytes) implements Step {}

  /**
   * Waits until every processor has executed a serialising instruction, so that none holds an old
   * instruction.
   */
  public record Sync() implements Step {}

  /**
   * What the trap handler has to know of a place.
   *
   * @param address where the trapping instruction stands meanwhile
   * @param record the rest of the record of {@link TrapHandler#recordBytes()} bytes, behind the
   *     address; not to be modified
   */
  public record Trap(long address, byte[] record) {}
}
