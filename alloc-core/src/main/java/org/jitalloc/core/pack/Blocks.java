package org.jitalloc.core.pack;

import java.util.Arrays;

/**
 * The blocks of a shard's slabs: runs of chunks, taken or free, that tile their slabs. Blocks are
 * numbers; {@link #NONE} is no block.
 */
final class Blocks {
  /*
   * All that is known of a block stands together in half a cache line, and blocks are numbered
   * densely, the number that was given up last first: so what an operation touches is near what the
   * operation before touched, however far apart the memory is.
   *
   * A block's neighbours in its slab are linked both ways, and so are the free blocks of one size
   * class in one slab (Directory and SharedSlab have the heads of those lists).
   */
  static final int NONE = 0;

  private static final int SHIFT = 3;
  private static final int START = 0;
  private static final int LENGTH = 1;
  private static final int BEFORE = 2;
  private static final int BEHIND = 3;
  private static final int PREVIOUS_FREE = 4;
  private static final int NEXT_FREE = 5;

  private static final int FREE = 1 << 31;

  /** A change cuts a block twice at most. */
  private static final int FEW = 4;

  private int[] fields = new int[64 << SHIFT];

  /** The block whose number was given up last; the others follow by NEXT_FREE. */
  private int unused;

  /** Numbers from here on were never used. */
  private int fresh = NONE + 1;

  /**
   * Makes room for the few numbers that one change needs, so that it does not end for want of it.
   */
  void reserve() {
    if (fresh + FEW << SHIFT > fields.length) {
      fields = Arrays.copyOf(fields, 2 * fields.length);
    }
  }

  /** Makes a taken block that has no neighbours. */
  int create(int start, int length) {
    int block = unused;
    if (block != NONE) {
      unused = fields[(block << SHIFT) + NEXT_FREE];
    } else {
      block = fresh++;
      if (fresh << SHIFT > fields.length) {
        fields = Arrays.copyOf(fields, 2 * fields.length);
      }
    }
    int at = block << SHIFT;
    fields[at + START] = start;
    fields[at + LENGTH] = length;
    fields[at + BEFORE] = NONE;
    fields[at + BEHIND] = NONE;
    return block;
  }

  /** Gives a number up. */
  void delete(int block) {
    fields[(block << SHIFT) + NEXT_FREE] = unused;
    unused = block;
  }

  /** {@return its first chunk} */
  int start(int block) {
    return fields[(block << SHIFT) + START];
  }

  /** {@return its length in chunks} */
  int length(int block) {
    return fields[(block << SHIFT) + LENGTH] & ~FREE;
  }

  int end(int block) {
    return start(block) + length(block);
  }

  boolean isFree(int block) {
    return fields[(block << SHIFT) + LENGTH] < 0;
  }

  /** {@return the block that ends where this one starts, in the same slab} */
  int before(int block) {
    return fields[(block << SHIFT) + BEFORE];
  }

  /** {@return the block that starts where this one ends, in the same slab} */
  int behind(int block) {
    return fields[(block << SHIFT) + BEHIND];
  }

  int nextFree(int block) {
    return fields[(block << SHIFT) + NEXT_FREE];
  }

  /** Shortens a taken block; {@return a taken block that consists of what was cut off its end} */
  int split(int block, int length) {
    int rest = create(start(block) + length, length(block) - length);
    int behind = behind(block);
    fields[(block << SHIFT) + LENGTH] = length;
    link(block, rest);
    if (behind != NONE) {
      link(rest, behind);
    }
    return rest;
  }

  /** Makes a taken block of two that touch; {@return the first, which goes on to live} */
  int join(int first, int second) {
    fields[(first << SHIFT) + LENGTH] = length(first) + length(second);
    int behind = behind(second);
    fields[(first << SHIFT) + BEHIND] = behind;
    if (behind != NONE) {
      fields[(behind << SHIFT) + BEFORE] = first;
    }
    delete(second);
    return first;
  }

  void link(int first, int second) {
    fields[(first << SHIFT) + BEHIND] = second;
    fields[(second << SHIFT) + BEFORE] = first;
  }

  /** Makes a taken block free, and the first of a list that began with {@code head}. */
  void list(int block, int head) {
    int at = block << SHIFT;
    fields[at + LENGTH] |= FREE;
    fields[at + PREVIOUS_FREE] = NONE;
    fields[at + NEXT_FREE] = head;
    if (head != NONE) {
      fields[(head << SHIFT) + PREVIOUS_FREE] = block;
    }
  }

  /** Makes a free block taken; {@return the head of its list, which was {@code head} before} */
  int unlist(int block, int head) {
    int at = block << SHIFT;
    fields[at + LENGTH] &= ~FREE;
    int next = fields[at + NEXT_FREE];
    int previous = fields[at + PREVIOUS_FREE];
    if (next != NONE) {
      fields[(next << SHIFT) + PREVIOUS_FREE] = previous;
    }
    if (previous == NONE) {
      return next;
    }
    fields[(previous << SHIFT) + NEXT_FREE] = next;
    return head;
  }
}
