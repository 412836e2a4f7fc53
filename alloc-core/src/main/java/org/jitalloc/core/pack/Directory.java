package org.jitalloc.core.pack;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The shared slabs of one pool by address, and which of them have a free block of which class.
 *
 * <p>Finding looks at a word for each 64 slabs. A slab that comes or goes in the middle costs a
 * rebuild, linear in the number of slabs; it happens once for two MiB, and address space is given
 * out from the low end, so mostly at the end.
 */
final class Directory {
  static final int NONE = -1;
  private static final int LEAST_CAPACITY = 64;

  private SharedSlab[] slabs = new SharedSlab[LEAST_CAPACITY];
  private int count;

  /** How many words the slots of a class take. */
  private int width = 1;

  /** For each class the slots of the slabs that have a block of it, as bits. */
  private long[] slots = new long[SizeClass.COUNT];

  private final int[] slotCounts = new int[SizeClass.COUNT];

  /** The classes that any slab has: 0 to 63, and the others. */
  private long lowClasses;

  private long highClasses;

  Directory() {
    rebuild();
  }

  int count() {
    return count;
  }

  SharedSlab slab(int slot) {
    return slabs[slot];
  }

  /** {@return the least class that is {@code from} or more and has a block} */
  int nextClass(int from) {
    if (from < 64) {
      long low = lowClasses & -1L << from;
      if (low != 0) {
        return Long.numberOfTrailingZeros(low);
      }
      return highClasses == 0 ? NONE : 64 + Long.numberOfTrailingZeros(highClasses);
    }
    long high = from < SizeClass.COUNT ? highClasses & -1L << from : 0;
    return high == 0 ? NONE : 64 + Long.numberOfTrailingZeros(high);
  }

  /** {@return the lowest slot in [from, to) whose slab has a block of the class} */
  int nextSlot(int sizeClass, int from, int to) {
    int word = from >>> 6;
    long mask = -1L << from;
    while (word < width) {
      long found = slots[sizeClass * width + word] & mask;
      if (found != 0) {
        int slot = (word << 6) + Long.numberOfTrailingZeros(found);
        return slot < to ? slot : NONE;
      }
      word++;
      mask = -1L;
    }
    return NONE;
  }

  /** {@return the lowest slot whose slab has a block of a class that has one} */
  int firstSlot(int sizeClass) {
    return nextSlot(sizeClass, 0, count);
  }

  /** {@return the lowest slot whose slab starts at or above an address} */
  int firstStartingAt(long address) {
    int low = 0;
    int high = count;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (Long.compareUnsigned(slabs[middle].span().start(), address) < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** {@return the lowest slot whose slab ends above an address} */
  int firstEndingAbove(long address) {
    int slot = firstStartingAt(address);
    return slot > 0 && slabs[slot - 1].span().contains(address) ? slot - 1 : slot;
  }

  void insert(SharedSlab slab) {
    int slot = firstStartingAt(slab.span().start());
    if (count == slabs.length) {
      slabs = Arrays.copyOf(slabs, 2 * count);
    }
    System.arraycopy(slabs, slot, slabs, slot + 1, count - slot);
    slabs[slot] = slab;
    count++;
    if (slot == count - 1 && count <= width << 6) {
      enter(slab, slot);
    } else {
      rebuild();
    }
  }

  void delete(SharedSlab slab) {
    int slot = slab.slot;
    if (slot == count - 1) {
      for (int c = 0; c < SizeClass.COUNT; c++) {
        if (slab.first(c) != Blocks.NONE) {
          remove(slab, c);
        }
      }
    }
    System.arraycopy(slabs, slot + 1, slabs, slot, count - slot - 1);
    count--;
    if (slot < count) {
      rebuild();
    }
    Arrays.fill(slabs, count, count + 1, null);
  }

  private void rebuild() {
    width = slabs.length >>> 6;
    slots = new long[SizeClass.COUNT * width];
    Arrays.fill(slotCounts, 0);
    lowClasses = 0;
    highClasses = 0;
    for (int slot = 0; slot < count; slot++) {
      enter(slabs[slot], slot);
    }
  }

  private void enter(SharedSlab slab, int slot) {
    slab.slot = slot;
    for (int c = 0; c < SizeClass.COUNT; c++) {
      if (slab.first(c) != Blocks.NONE) {
        add(slab, c);
      }
    }
  }

  /** Notes that a slab now has a block of a class. */
  void add(SharedSlab slab, int sizeClass) {
    slots[word(slab.slot, sizeClass)] |= 1L << slab.slot;
    if (slotCounts[sizeClass]++ == 0) {
      setClass(sizeClass, true);
    }
  }

  /** Notes that a slab has no block of a class any more. */
  void remove(SharedSlab slab, int sizeClass) {
    slots[word(slab.slot, sizeClass)] &= ~(1L << slab.slot);
    if (--slotCounts[sizeClass] == 0) {
      setClass(sizeClass, false);
    }
  }

  private int word(int slot, int sizeClass) {
    return sizeClass * width + (slot >>> 6);
  }

  private void setClass(int sizeClass, boolean present) {
    long bit = 1L << sizeClass;
    if (sizeClass < 64) {
      lowClasses = present ? lowClasses | bit : lowClasses & ~bit;
    } else {
      highClasses = present ? highClasses | bit : highClasses & ~bit;
    }
  }

  /** {@return whether a slot is noted under a class} */
  boolean has(int slot, int sizeClass) {
    return (slots[word(slot, sizeClass)] & 1L << slot) != 0;
  }

  @Nullable SharedSlab firstEmpty() {
    for (int slot = 0; slot < count; slot++) {
      if (slabs[slot].isEmpty()) {
        return slabs[slot];
      }
    }
    return null;
  }
}
