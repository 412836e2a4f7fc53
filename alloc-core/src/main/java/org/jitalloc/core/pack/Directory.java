package org.jitalloc.core.pack;

import java.util.Arrays;

/**
 * The shared slabs of a shard by address, and the greatest size class of the free blocks of each.
 *
 * <p>To insert or delete a slab in the middle takes time linear in the number of slabs. It happens
 * once for two MiB, and mostly at the end, since addresses are given out from the low end.
 */
final class Directory {
  static final int NONE = MaxTree.NONE;
  private static final int LEAST_CAPACITY = 64;

  private SharedSlab[] slabs = new SharedSlab[LEAST_CAPACITY];
  private int count;

  /** For each slot the greatest class of the free blocks of its slab; 0 if nothing is free. */
  private MaxTree classes = new MaxTree(LEAST_CAPACITY);

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

  /** Allocates room for another slab, so that {@link #insert} allocates nothing. */
  void reserve() {
    if (count == slabs.length) {
      SharedSlab[] more = Arrays.copyOf(slabs, 2 * count);
      classes = new MaxTree(more.length);
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

  /** Updates the greatest class of a slab. */
  void note(SharedSlab slab) {
    classes.set(slab.slot, slab.greatestClass());
  }

  /** {@return the greatest class of the slab in a slot} */
  int greatestClass(int slot) {
    return classes.get(slot);
  }
}
