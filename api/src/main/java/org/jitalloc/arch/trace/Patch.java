package org.jitalloc.arch.trace;

import java.util.HexFormat;

/**
 * A change of one instruction, or of several that no thread can be in.
 *
 * @param address where it is
 * @param before what has to be there; not to be modified
 * @param after what comes, as long; not to be modified
 */
public record Patch(long address, byte[] before, byte[] after) {

  /**
   * Makes a patch.
   *
   * @throws IllegalArgumentException if the lengths differ
   */
  public Patch {
    if (before.length == 0 || before.length != after.length) {
      throw new IllegalArgumentException(
          "a patch replaces bytes by as many: before=%d after=%d"
              .formatted(before.length, after.length));
    }
  }

  /** {@return the way back} */
  public Patch reversed() {
    return new Patch(address, after, before);
  }

  @Override
  public String toString() {
    HexFormat hex = HexFormat.of();
    return "0x%x: %s -> %s".formatted(address, hex.formatHex(before), hex.formatHex(after));
  }
}
