package org.jitalloc.arch.trace;

import java.util.HexFormat;

/**
 * A change of bytes at one address.
 *
 * @param kind what the bytes are
 * @param address where they are
 * @param before what has to be there; not to be modified
 * @param after what comes, as long; not to be modified
 */
public record Patch(Kind kind, long address, byte[] before, byte[] after) {

  /** What bytes are. */
  public enum Kind {
    /** One instruction: what {@link org.jitalloc.TextPoker} changes while it may be running. */
    INSTRUCTION,
    /** An aligned pointer that code loads: a store of all of it at once is enough. */
    POINTER
  }

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
    return new Patch(kind, address, after, before);
  }

  @Override
  public String toString() {
    HexFormat hex = HexFormat.of();
    return "%s at 0x%x: %s -> %s"
        .formatted(kind, address, hex.formatHex(before), hex.formatHex(after));
  }
}
