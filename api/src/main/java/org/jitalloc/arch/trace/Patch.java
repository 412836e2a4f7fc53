package org.jitalloc.arch.trace;

import java.util.HexFormat;

/**
 * A change of one instruction, or of several that no thread is executing.
 *
 * @param address the address of the first byte
 * @param before the present bytes; not to be modified
 * @param after the new bytes, of the same length; not to be modified
 */
public record Patch(long address, byte[] before, byte[] after) {

  /**
   * Creates a patch.
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

  /** {@return the patch that undoes this one} */
  public Patch reversed() {
    return new Patch(address, after, before);
  }

  @Override
  public String toString() {
    HexFormat hex = HexFormat.of();
    return "0x%x: %s -> %s".formatted(address, hex.formatHex(before), hex.formatHex(after));
  }
}
