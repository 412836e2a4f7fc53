package org.jitalloc.core.pack;

import java.util.ArrayList;
import java.util.List;
import org.jitalloc.arch.AddressRange;
import org.jspecify.annotations.Nullable;

/** Where spans of one kind may be: a range, and perhaps another one for when that is full. */
public final class Zone {
  private final Pools pools;
  private final Pool primary;
  private final @Nullable Pool fallback;

  Zone(Pools pools, Pool primary, @Nullable Pool fallback) {
    this.pools = pools;
    this.primary = primary;
    this.fallback = fallback;
  }

  /**
   * Finds and takes a place. The range is tried first, then the fallback, whatever the length.
   *
   * @param tenant who gets it
   * @param alignBytes the alignment of its start, a power of two
   * @param unitBytes what nobody else may have a part of, a power of two: the span starts at a
   *     multiple of it and takes whole multiples. {@link Pools#CHUNK_BYTES} or less for most; the
   *     length of a page where the span is to have permissions of its own
   * @param window where all the units of the span have to be as well, or null
   * @return null if he has a place, else what is left
   * @throws IllegalArgumentException if a number makes no sense
   * @throws RuntimeException if {@link SlabSource#commit} or the tenant throws it; nothing has
   *     changed then
   */
  public @Nullable NoSpace place(
      Tenant tenant, long alignBytes, long unitBytes, @Nullable AddressRange window) {
    if (alignBytes == Pools.CHUNK_BYTES
        && unitBytes == Pools.CHUNK_BYTES
        && window == null
        && placeQuickly(tenant)) {
      return null;
    }
    return place(tenant, Wish.of(tenant.bytes(), alignBytes, unitBytes, window));
  }

  /**
   * Takes a place in the range that is found at once, for a span without wishes.
   *
   * @param tenant who gets it
   * @return false if there is none that is easily found, or the length makes no sense
   * @throws RuntimeException if the tenant throws it; nothing has changed then
   */
  public boolean placeQuickly(Tenant tenant) {
    long bytes = tenant.bytes();
    return bytes > 0
        && bytes <= Pools.SLAB_BYTES
        && primary.placeQuickly(tenant, Wish.chunks(bytes));
  }

  private @Nullable NoSpace place(Tenant tenant, Wish wish) {
    return primary.place(tenant, wish)
            // The empty slabs that other pools keep may lie where this one has no room.
            || pools.trim(0) > 0 && primary.place(tenant, wish)
            || fallback != null && fallback.place(tenant, wish)
        ? null
        : noSpace();
  }

  private NoSpace noSpace() {
    AddressRange range = primary.range();
    Granules.Room room = pools.granules().room(range);
    long largest = room.largestBytes();
    long free = room.freeBytes();
    List<SlabUse> uses = new ArrayList<>(primary.uses());
    if (fallback != null && fallback != primary) {
      uses.addAll(fallback.uses());
      AddressRange second = fallback.range();
      largest = Math.max(largest, pools.granules().room(second).largestBytes());
      free += freeIn(second.start(), Ranges.min(second.end(), range.start()));
      free += freeIn(Ranges.max(second.start(), range.end()), second.end());
    }
    long pending = 0;
    for (SlabUse use : uses) {
      largest = Math.max(largest, use.largestFreeBytes());
      free += use.freeBytes();
      pending += use.pendingBytes();
    }
    return new NoSpace(largest, free, pending);
  }

  private long freeIn(long start, long end) {
    AddressRange part = Ranges.range(start, end);
    return part == null ? 0 : pools.granules().room(part).freeBytes();
  }
}
