package org.jitalloc.core.pack;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * From addresses to slabs. Lookup is lock-free and constant on average; changes take the monitor.
 *
 * <p>A hash table with open addressing rather than an array by address: its size follows the number
 * of slabs, not the 32 TiB that they may be spread over.
 */
final class SlabTable {
  /*
   * A slab is entered once for each granule that it touches, somewhere behind the home of that
   * granule with no free slot between. The slots of slabs that went hold GONE, which searches pass
   * over, until the next array leaves them out. A search ends at the first slab that holds the
   * address: that it may have been entered there for another granule makes no difference.
   */
  private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(Object[].class);
  private static final Object GONE = new Object();
  private static final int LEAST_CAPACITY = 64;
  private static final long SPREAD = 0x9e3779b97f4a7c15L;

  private volatile @Nullable Object[] slots = new Object[LEAST_CAPACITY];

  /** Which granule each slot is entered for; searches do not need to know. */
  private long[] granules = new long[LEAST_CAPACITY];

  /** Slots that hold a slab or GONE. */
  private int used;

  private int live;

  private static int home(long granule, int capacity) {
    return (int) (granule * SPREAD >>> 1 + Long.numberOfLeadingZeros(capacity));
  }

  /** {@return the slab that holds an address} */
  @Nullable Slab get(long address) {
    @Nullable Object[] now = slots;
    int slot = home(AddressSpaceMap.granule(address), now.length);
    while (true) {
      Object there = SLOT.getAcquire(now, slot);
      if (there == null) {
        return null;
      }
      if (there instanceof Slab slab && slab.holds(address)) {
        return slab;
      }
      slot = slot + 1 & now.length - 1;
    }
  }

  synchronized void put(long granule, Slab slab) {
    if (2 * (used + 1) > slots.length) {
      renew();
    }
    put(slots, granules, granule, slab);
    used++;
    live++;
  }

  private static void put(@Nullable Object[] slots, long[] granules, long granule, Slab slab) {
    int slot = home(granule, slots.length);
    while (slots[slot] != null) {
      slot = slot + 1 & slots.length - 1;
    }
    granules[slot] = granule;
    SLOT.setRelease(slots, slot, slab);
  }

  synchronized void remove(long granule) {
    @Nullable Object[] now = slots;
    int slot = home(granule, now.length);
    while (!(now[slot] instanceof Slab) || granules[slot] != granule) {
      if (now[slot] == null) {
        throw new IllegalStateException("not entered: granule=0x%x".formatted(granule));
      }
      slot = slot + 1 & now.length - 1;
    }
    SLOT.setRelease(now, slot, GONE);
    live--;
  }

  /** As {@link #remove}, if there is anything. */
  synchronized void removeIfThere(long granule) {
    @Nullable Object[] now = slots;
    int slot = home(granule, now.length);
    while (now[slot] != null) {
      if (now[slot] instanceof Slab && granules[slot] == granule) {
        SLOT.setRelease(now, slot, GONE);
        live--;
        return;
      }
      slot = slot + 1 & now.length - 1;
    }
  }

  private void renew() {
    int capacity = Math.max(LEAST_CAPACITY, Integer.highestOneBit(live + 1) * 8);
    @Nullable Object[] old = slots;
    @Nullable Object[] next = new Object[capacity];
    var nextGranules = new long[capacity];
    for (int slot = 0; slot < old.length; slot++) {
      if (old[slot] instanceof Slab slab) {
        put(next, nextGranules, granules[slot], slab);
      }
    }
    granules = nextGranules;
    used = live;
    slots = next;
  }

  synchronized int live() {
    return live;
  }
}
