package org.jitalloc.core.pack;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A set of small numbers that finds the next or the previous member in constant time.
 *
 * <p>One thread at a time may change it. Any thread may search meanwhile: a member that stays, with
 * nothing added between it and where the search starts, is found.
 */
final class HierarchicalBitmap {
  /*
   * Level 0 has a bit for each number; a bit of level n + 1 says that a word of level n is not
   * zero. A search climbs to the first level that has a candidate and descends from there: twice
   * the number of levels, which is 3 for the chunks of a slab. Words are read and written whole
   * (opaque), and a level is changed before the level above it learns of a new member and after no
   * one above needs it any more; so for a member that stays all its words and summary bits stay
   * set, and the words between it and the start of the search stay zero.
   */
  private static final VarHandle WORD = MethodHandles.arrayElementVarHandle(long[].class);

  /** What searches give if there is no such member. */
  static final int NONE = -1;

  private final int capacity;
  private final long[][] levels;

  /** Level 0, where most searches end. */
  private final long[] bottom;

  /** Makes an empty set of numbers below {@code capacity}. */
  HierarchicalBitmap(int capacity) {
    this.capacity = capacity;
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
    bottom = levels[0];
  }

  private static int words(int bits) {
    return (bits + 63) >>> 6;
  }

  int capacity() {
    return capacity;
  }

  boolean get(int number) {
    return (word(0, number >>> 6) & 1L << number) != 0;
  }

  /** {@return whether any number of the same 64 is in the set} */
  boolean hasNear(int number) {
    return word(0, number >>> 6) != 0;
  }

  void set(int number) {
    int index = number;
    for (int level = 0; level < levels.length; level++) {
      int word = index >>> 6;
      long old = word(level, word);
      WORD.setOpaque(levels[level], word, old | 1L << index);
      if (old != 0) {
        return;
      }
      index = word;
    }
  }

  void clear(int number) {
    int index = number;
    for (int level = 0; level < levels.length; level++) {
      int word = index >>> 6;
      long rest = word(level, word) & ~(1L << index);
      WORD.setOpaque(levels[level], word, rest);
      if (rest != 0) {
        return;
      }
      index = word;
    }
  }

  /** {@return the smallest member that is {@code from} or more} */
  int next(int from) {
    int index = from;
    for (int level = 0; level < levels.length; level++) {
      int word = index >>> 6;
      if (word >= levels[level].length) {
        return NONE;
      }
      long found = word(level, word) & -1L << index;
      if (found != 0) {
        return lowestBelow(level, (word << 6) + Long.numberOfTrailingZeros(found));
      }
      index = word + 1;
    }
    return NONE;
  }

  private int lowestBelow(int level, int found) {
    int index = found;
    for (int below = level - 1; below >= 0; below--) {
      long word = word(below, index);
      if (word == 0) {
        return NONE;
      }
      index = (index << 6) + Long.numberOfTrailingZeros(word);
    }
    return index;
  }

  /** {@return the greatest member that is {@code from} or less} */
  int previous(int from) {
    if (from >= 0) {
      long near = (long) WORD.getOpaque(bottom, from >>> 6) & -1L >>> ~from;
      if (near != 0) {
        return (from | 63) - Long.numberOfLeadingZeros(near);
      }
    }
    int index = from;
    for (int level = 0; level < levels.length && index >= 0; level++) {
      int word = index >>> 6;
      long found = word(level, word) & -1L >>> ~index;
      if (found != 0) {
        return highestBelow(level, (word << 6) + 63 - Long.numberOfLeadingZeros(found));
      }
      index = word - 1;
    }
    return NONE;
  }

  private int highestBelow(int level, int found) {
    int index = found;
    for (int below = level - 1; below >= 0; below--) {
      long word = word(below, index);
      if (word == 0) {
        return NONE;
      }
      index = (index << 6) + 63 - Long.numberOfLeadingZeros(word);
    }
    return index;
  }

  private long word(int level, int word) {
    return (long) WORD.getOpaque(levels[level], word);
  }
}
