package org.jitalloc.core.pack;

/**
 * Classes of block lengths, in chunks: exact below 16, then eight to each power of two, so that a
 * block is at most an eighth longer than the shortest of its class.
 */
final class SizeClass {
  private static final int EXACT_BELOW = 16;
  private static final int STEP_BITS = 3;
  private static final int FIRST_POWER = 4;

  /** How many classes there are: the last one is a whole slab. */
  static final int COUNT = of(SharedSlab.CHUNKS) + 1;

  private SizeClass() {}

  /** {@return the class that a block of this length is in} */
  static int of(int chunks) {
    if (chunks < EXACT_BELOW) {
      return chunks;
    }
    int power = 31 - Integer.numberOfLeadingZeros(chunks);
    int step = chunks >>> (power - STEP_BITS) & (1 << STEP_BITS) - 1;
    return EXACT_BELOW + (power - FIRST_POWER << STEP_BITS) + step;
  }

  /** {@return the least class all of whose blocks are at least this long; COUNT or more if none} */
  static int allAtLeast(int chunks) {
    if (chunks < EXACT_BELOW) {
      return chunks;
    }
    int power = 31 - Integer.numberOfLeadingZeros(chunks);
    return of(chunks + (1 << power - STEP_BITS) - 1);
  }
}
