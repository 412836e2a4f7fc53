package org.jitalloc.core.pack;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jitalloc.arch.AddressRange;
import org.jspecify.annotations.Nullable;

/** The addresses for spans of one kind: a range, and perhaps a fallback for when it is full. */
public final class Zone {
  private final AddressSpaceMap addresses;
  private final LongSupplier trim;
  private final Pool primary;
  private final @Nullable Pool fallback;

  /**
   * Makes a zone.
   *
   * @param addresses the addresses of all slabs
   * @param trim gives back all empty slabs, and returns their length
   */
  Zone(AddressSpaceMap addresses, LongSupplier trim, Pool primary, @Nullable Pool fallback) {
    this.addresses = addresses;
    this.trim = trim;
    this.primary = primary;
    this.fallback = fallback;
  }

  /**
   * Places a span. The range is tried first, then the fallback, whatever the length.
   *
   * @param owner the owner of the span
   * @param alignBytes the alignment of its start, a power of two
   * @param unitBytes the span takes whole units for itself, a power of two: it starts at a multiple
   *     of it and has a multiple as its length. {@link Pools#CHUNK_BYTES} or less for most; the
   *     length of a page if the span gets permissions of its own
   * @param window the addresses that all units of the span have to be within, or null
   * @return null if it was placed, otherwise the room that is left
   * @throws IllegalArgumentException if a number makes no sense
   * @throws RuntimeException if {@link SlabSource#map} or the owner throws it; nothing has changed
   *     then
   */
  public @Nullable NoSpace place(
      SpanOwner owner, long alignBytes, long unitBytes, @Nullable AddressRange window) {
    if (alignBytes == Pools.CHUNK_BYTES
        && unitBytes == Pools.CHUNK_BYTES
        && window == null
        && placeQuickly(owner)) {
      return null;
    }
    return place(owner, PlacementConstraint.of(owner.bytes(), alignBytes, unitBytes, window));
  }

  /**
   * Places a span without constraints in the range, if a place is found at once.
   *
   * @param owner the owner of the span
   * @return false if no place is found at once, or the length makes no sense
   * @throws RuntimeException if the owner throws it; nothing has changed then
   */
  public boolean placeQuickly(SpanOwner owner) {
    long bytes = owner.bytes();
    return bytes > 0
        && bytes <= Pools.SLAB_BYTES
        && primary.placeQuickly(owner, PlacementConstraint.chunks(bytes));
  }

  private @Nullable NoSpace place(SpanOwner owner, PlacementConstraint constraint) {
    return primary.place(owner, constraint)
            // The empty slabs that other pools keep may lie where this one has no room.
            || trim.getAsLong() > 0 && primary.place(owner, constraint)
            || fallback != null && fallback.place(owner, constraint)
        ? null
        : noSpace();
  }

  private NoSpace noSpace() {
    AddressRange range = primary.range();
    AddressSpaceMap.Room room = addresses.room(range);
    long largest = room.largestBytes();
    long free = room.freeBytes();
    List<SlabUse> uses = new ArrayList<>(primary.uses());
    if (fallback != null && fallback != primary) {
      uses.addAll(fallback.uses());
      AddressRange second = fallback.range();
      largest = Math.max(largest, addresses.room(second).largestBytes());
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
    return part == null ? 0 : addresses.room(part).freeBytes();
  }
}
