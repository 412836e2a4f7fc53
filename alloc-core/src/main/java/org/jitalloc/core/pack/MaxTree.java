package org.jitalloc.core.pack;

/**
 * An array of small numbers with a fast search for the first number, from an index on, that is at
 * least a given one: a segment tree of maxima, with eight children in a word.
 */
final class MaxTree {
  /*
   * Level 0 has a byte for each index; a byte of level n + 1 is the maximum of the eight bytes in a
   * word of level n. Numbers are below 128, so eight of them are compared at once, and the sign
   * bits of the bytes are the results.
   */
  static final int NONE = -1;

  /** The greatest number. */
  static final int MOST = 127;

  private static final long EACH = 0x0101010101010101L;
  private static final long SIGNS = 0x8080808080808080L;

  private final long[][] levels;

  /** Makes an array of zeros. */
  MaxTree(int capacity) {
    int depth = 1;
    for (int words = words(capacity); words > 1; words = words(words)) {
      depth++;
    }
    levels = new long[depth][];
    int size = capacity;
    for (int level = 0; level < depth; level++) {
      size = words(size);
      levels[level] = new long[size];
    }
  }

  private static int words(int bytes) {
    return (bytes + 7) >>> 3;
  }

  int get(int place) {
    return get(levels[0], place);
  }

  private static int get(long[] words, int index) {
    return (int) (words[index >>> 3] >>> (index << 3)) & MOST;
  }

  void set(int place, int number) {
    int index = place;
    int greatest = number;
    for (long[] words : levels) {
      if (get(words, index) == greatest) {
        return;
      }
      int word = index >>> 3;
      words[word] = words[word] & ~(0xffL << (index << 3)) | (long) greatest << (index << 3);
      greatest = greatest(words[word]);
      index = word;
    }
  }

  /** {@return the first index whose number is at least a number; NONE if there is none} */
  int first(int least) {
    int top = levels.length - 1;
    long found = atLeast(levels[top][0], least);
    return found == 0 ? NONE : descend(top, index(0, found), least);
  }

  /** As {@link #first(int)}, from an index on. */
  int first(int least, int from) {
    int index = from;
    for (int level = 0; level < levels.length; level++) {
      int word = index >>> 3;
      if (word >= levels[level].length) {
        return NONE;
      }
      long found = atLeast(levels[level][word], least) & -1L << (index << 3);
      if (found != 0) {
        return descend(level, index(word, found), least);
      }
      index = word + 1;
    }
    return NONE;
  }

  private int descend(int level, int found, int least) {
    int index = found;
    for (int below = level - 1; below >= 0; below--) {
      index = index(index, atLeast(levels[below][index], least));
    }
    return index;
  }

  private static int index(int word, long signs) {
    return (word << 3) + (Long.numberOfTrailingZeros(signs) >>> 3);
  }

  /** {@return the signs of the bytes that are at least {@code least}} */
  private static long atLeast(long bytes, int least) {
    return (bytes | SIGNS) - least * EACH & SIGNS;
  }

  private static int greatest(long bytes) {
    long half = greater(bytes, bytes >>> 32);
    long quarter = greater(half, half >>> 16);
    return (int) greater(quarter, quarter >>> 8) & MOST;
  }

  /** {@return of each pair of bytes the greater one} */
  private static long greater(long a, long b) {
    long signs = (a | SIGNS) - b & SIGNS;
    long mask = signs - (signs >>> 7) | signs;
    return b ^ (a ^ b) & mask;
  }
}
