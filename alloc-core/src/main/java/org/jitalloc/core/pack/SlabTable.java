package org.jitalloc.core.pack;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * From granules to slabs. Lookup is lock-free and constant on average; changes take the monitor.
 *
 * <p>A hash table with open addressing rather than an array by address: its size follows the number
 * of slabs, not the 32 TiB that they may be spread over.
 */
final class SlabTable {
  /*
   * A slot's key is written once in the life of an array, after its slab: a reader that sees the key
   * sees that slab, or a later one of the same granule, or null once it has gone. Keys of slabs that
   * went stay (searches pass over them) until the next array leaves them out.
   */
  private static final VarHandle KEY = MethodHandles.arrayElementVarHandle(long[].class);
  private static final VarHandle SLAB = MethodHandles.arrayElementVarHandle(Slab[].class);
  private static final int LEAST_CAPACITY = 64;
  private static final long SPREAD = 0x9e3779b97f4a7c15L;

  private record Slots(long[] keys, @Nullable Slab[] slabs) {
    Slots(int capacity) {
      this(new long[capacity], new Slab[capacity]);
    }

    int home(long key) {
      return (int) (key * SPREAD >>> 1 + Long.numberOfLeadingZeros(keys.length));
    }

    /** {@return the slot with this key, or the free slot where it belongs} */
    int slot(long key) {
      int slot = home(key);
      while (true) {
        long there = (long) KEY.getAcquire(keys, slot);
        if (there == key || there == 0) {
          return slot;
        }
        slot = slot + 1 & keys.length - 1;
      }
    }
  }

  private volatile Slots slots = new Slots(LEAST_CAPACITY);

  /** Slots with a key, whether its slab is still there or not. */
  private int used;

  private int live;

  @Nullable Slab get(long granule) {
    Slots now = slots;
    return (Slab) SLAB.getAcquire(now.slabs, now.slot(granule + 1));
  }

  synchronized void put(long granule, Slab slab) {
    if (2 * (used + 1) > slots.keys.length) {
      renew();
    }
    put(slots, granule + 1, slab);
  }

  private void put(Slots into, long key, Slab slab) {
    int slot = into.slot(key);
    boolean isNew = into.keys[slot] == 0;
    SLAB.setRelease(into.slabs, slot, slab);
    KEY.setRelease(into.keys, slot, key);
    if (isNew) {
      used++;
    }
    live++;
  }

  synchronized void remove(long granule) {
    SLAB.setRelease(slots.slabs, slots.slot(granule + 1), null);
    live--;
  }

  private void renew() {
    int capacity = Math.max(LEAST_CAPACITY, Integer.highestOneBit(live + 1) * 8);
    Slots old = slots;
    Slots next = new Slots(capacity);
    used = 0;
    live = 0;
    for (int i = 0; i < old.keys.length; i++) {
      Slab slab = old.slabs[i];
      if (slab != null) {
        put(next, old.keys[i], slab);
      }
    }
    slots = next;
  }

  synchronized int live() {
    return live;
  }
}
