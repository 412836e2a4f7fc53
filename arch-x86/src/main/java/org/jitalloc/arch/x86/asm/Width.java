package org.jitalloc.arch.x86.asm;

/** The operand size of an instruction. */
public enum Width {
  B1,
  B2,
  B4,
  B8;

  /** {@return the length in bytes} */
  public int bytes() {
    return 1 << ordinal();
  }

  /**
   * Returns the width of a length.
   *
   * @param bytes 1, 2, 4 or 8
   * @return the width
   */
  public static Width ofBytes(int bytes) {
    return switch (bytes) {
      case 1 -> B1;
      case 2 -> B2;
      case 4 -> B4;
      case 8 -> B8;
      default -> throw new IllegalArgumentException("no operand has this width: bytes=" + bytes);
    };
  }
}
