package org.jitalloc.arch.arm64.asm;

/** The constants of AND, ORR and EOR: a rotated sequence of ones, repeated (bitmask immediates). */
final class LogicalImmediate {
  /*
   * An element of 2, 4, 8, 16, 32 or 64 bits is repeated over the register; it contains 1 to size-1
   * consecutive ones, rotated. N:imms encodes the size and the number of ones (the fewer leading
   * ones in imms, the larger the element), immr the rotation to the right (Arm ARM,
   * DecodeBitMasks).
   */
  /** The result for a value without an encoding. */
  static final int NONE = -1;

  private static final int N_SHIFT = 22;
  private static final int IMMR_SHIFT = 16;
  private static final int IMMS_SHIFT = 10;

  private LogicalImmediate() {}

  /**
   * Returns the fields N, immr and imms at their positions.
   *
   * @param value the constant; for 4 bytes its lower half
   * @return the fields, or {@link #NONE}
   */
  static int fields(Width width, long value) {
    long whole = width == Width.B8 ? value : (value & 0xffffffffL) | value << 32;
    int size = elementBits(whole);
    long mask = size == Long.SIZE ? -1 : (1L << size) - 1;
    long element = whole & mask;
    if (element == 0 || element == mask) {
      return NONE;
    }
    int ones = Long.bitCount(element);
    long run = (1L << ones) - 1;
    for (int rotation = 0; rotation < size; rotation++) {
      if (rotateRight(run, rotation, size, mask) == element) {
        int n = size == Long.SIZE ? 1 : 0;
        int imms = -size << 1 & 0x3f | ones - 1;
        return n << N_SHIFT | rotation << IMMR_SHIFT | imms << IMMS_SHIFT;
      }
    }
    return NONE;
  }

  /** {@return the length of the shortest part whose repetition is the value} */
  private static int elementBits(long value) {
    int size = Long.SIZE;
    while (size > 2 && Long.rotateRight(value, size / 2) == value) {
      size /= 2;
    }
    return size;
  }

  private static long rotateRight(long value, int by, int size, long mask) {
    return by == 0 ? value : (value >>> by | value << size - by) & mask;
  }
}
