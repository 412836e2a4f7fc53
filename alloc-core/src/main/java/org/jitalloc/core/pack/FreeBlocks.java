package org.jitalloc.core.pack;

import java.util.Arrays;

/** The free blocks of one slab: a doubly linked list for each size class. */
final class FreeBlocks {
  /*
   * Links are kept for every second chunk only: free blocks never touch (they are joined at once),
   * so two of them never start at the chunks 2n and 2n + 1.
   */
  static final int NONE = 0xffff;

  private final char[] heads = new char[SizeClass.COUNT];

  /** Previous and next of the block that starts here: {@code previous << 16 | next}. */
  private final int[] links = new int[SharedSlab.CHUNKS / 2];

  FreeBlocks() {
    Arrays.fill(heads, (char) NONE);
  }

  /** {@return the first chunk of the first block of a class, or NONE} */
  int first(int sizeClass) {
    return heads[sizeClass];
  }

  /** {@return the block behind this one in its class, or NONE} */
  int next(int block) {
    return links[block >>> 1] & 0xffff;
  }

  private int previous(int block) {
    return links[block >>> 1] >>> 16;
  }

  /** Adds a block; {@return whether it is the first of its class} */
  boolean add(int block, int sizeClass) {
    int head = heads[sizeClass];
    links[block >>> 1] = NONE << 16 | head;
    if (head != NONE) {
      links[head >>> 1] = block << 16 | next(head);
    }
    heads[sizeClass] = (char) block;
    return head == NONE;
  }

  /** Removes a block; {@return whether it was the last of its class} */
  boolean remove(int block, int sizeClass) {
    int next = next(block);
    int previous = previous(block);
    if (next != NONE) {
      links[next >>> 1] = previous << 16 | next(next);
    }
    if (previous != NONE) {
      links[previous >>> 1] = previous(previous) << 16 | next;
    } else {
      heads[sizeClass] = (char) next;
    }
    return heads[sizeClass] == NONE;
  }
}
