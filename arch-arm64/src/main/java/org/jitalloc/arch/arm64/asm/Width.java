package org.jitalloc.arch.arm64.asm;

/** How many bytes an operation works on; arithmetic works on 4 or 8. */
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
   * Finds a width.
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

  /** The size field of loads and stores. */
  int size() {
    return ordinal() << 30;
  }

  /** The bit that tells X registers from W registers. */
  int sf() {
    return switch (this) {
      case B4 -> 0;
      case B8 -> 1 << 31;
      default -> throw new IllegalArgumentException("arithmetic works on 4 or 8 bytes: " + this);
    };
  }
}
