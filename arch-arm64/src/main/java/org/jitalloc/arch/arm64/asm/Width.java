package org.jitalloc.arch.arm64.asm;

/** The operand size of an operation; arithmetic has 4 or 8 bytes. */
public enum Width {
  /** One byte. */
  B1,
  /** A halfword. */
  B2,
  /** A word: a W register. */
  B4,
  /** A doubleword: an X register. */
  B8;

  /**
   * Returns the width of a length.
   *
   * @param bytes 1, 2, 4 or 8
   * @return the width
   */
  public static Width ofBytes(int bytes) {
    return values()[Integer.numberOfTrailingZeros(bytes)];
  }

  /** {@return the number of bytes} */
  public int bytes() {
    return 1 << ordinal();
  }

  /** {@return the number of bits} */
  public int bits() {
    return bytes() * Byte.SIZE;
  }

  /** {@return the size field of loads and stores} */
  int size() {
    return ordinal() << 30;
  }

  /** {@return the bit that selects X registers instead of W registers} */
  int sf() {
    return switch (this) {
      case B4 -> 0;
      case B8 -> 1 << 31;
      default -> throw new IllegalArgumentException("arithmetic works on 4 or 8 bytes: " + this);
    };
  }
}
