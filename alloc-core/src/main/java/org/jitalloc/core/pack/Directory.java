package org.jitalloc.core.pack;

import java.util.Arrays;

/**
 * The shared slabs of a shard by address, and how long a free block each has.
 *
 * <p>A slab that comes or goes in the middle costs a rebuild, linear in the number of slabs; it
 * happens once for two MiB, and address space is given out from the low end, so mostly at the end.
 */
final class Directory {
  static final int NONE = Tournament.NONE;
  private static final int LEAST_CAPACITY = 64;

  private SharedSlab[] slabs = new SharedSlab[LEAST_CAPACITY];
  private int count;

  /** For each slot the greatest class of the free blocks of its slab; 0 where nothing is free. */
  private Tournament classes = new Tournament(LEAST_CAPACITY);

  int count() {
    return count;
  }

  SharedSlab slab(int slot) {
    return slabs[slot];
  }

  /** {@return the lowest slot from {@code from} on whose slab has a block of at least a class} */
  int first(int sizeClass, int from) {
    return from == 0 ? classes.first(sizeClass) : classes.first(sizeClass, from);
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

  /** Makes room for another slab, so that {@link #insert} needs none. */
  void reserve() {
    if (count == slabs.length) {
      SharedSlab[] more = Arrays.copyOf(slabs, 2 * count);
      classes = new Tournament(more.length);
      slabs = more;
      enterFrom(0);
    }
  }

  void insert(SharedSlab slab) {
    int slot = firstStartingAt(slab.span().start());
    System.arraycopy(slabs, slot, slabs, slot + 1, count - slot);
    slabs[slot] = slab;
    count++;
    enterFrom(slot);
  }

  void delete(SharedSlab slab) {
    int slot = slab.slot;
    System.arraycopy(slabs, slot + 1, slabs, slot, count - slot - 1);
    count--;
    classes.set(count, 0);
    Arrays.fill(slabs, count, count + 1, null);
    enterFrom(slot);
  }

  private void enterFrom(int first) {
    for (int slot = first; slot < count; slot++) {
      slabs[slot].slot = slot;
      note(slabs[slot]);
    }
  }

  /** Notes which is the greatest class that a slab has a block of now. */
  void note(SharedSlab slab) {
    classes.set(slab.slot, slab.greatestClass());
  }

  /** {@return what is noted for a slot} */
  int greatestClass(int slot) {
    return classes.get(slot);
  }
}
