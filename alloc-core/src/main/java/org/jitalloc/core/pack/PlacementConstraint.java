package org.jitalloc.core.pack;

import org.jitalloc.arch.AddressRange;
import org.jspecify.annotations.Nullable;

/**
 * The constraints of a span that is placed.
 *
 * @param bytes the requested length
 * @param spanBytes the length in whole units
 * @param alignBytes the alignment, a chunk or more
 * @param window the addresses that the span has to be within, or null
 */
record PlacementConstraint(
    long bytes, long spanBytes, long alignBytes, @Nullable AddressRange window) {

  static PlacementConstraint of(
      long bytes, long alignBytes, long unitBytes, @Nullable AddressRange window) {
    if (bytes <= 0) {
      throw new IllegalArgumentException("not a length: bytes=" + bytes);
    }
    requirePowerOfTwo("alignBytes", alignBytes);
    requirePowerOfTwo("unitBytes", unitBytes);
    long unit = Math.max(unitBytes, Pools.CHUNK_BYTES);
    // Lengths near 2^63 stay as they are; no range holds them.
    long spanBytes = bytes > Long.MAX_VALUE - unit ? bytes : Ranges.alignUp(bytes, unit);
    return new PlacementConstraint(bytes, spanBytes, Math.max(alignBytes, unit), window);
  }

  private static void requirePowerOfTwo(String name, long value) {
    if (value <= 0 || Long.bitCount(value) != 1) {
      throw new IllegalArgumentException("no power of two: " + name + "=" + value);
    }
  }

  boolean fitsShared() {
    return spanBytes <= Pools.SLAB_BYTES && alignBytes <= Pools.SLAB_BYTES;
  }

  /** {@return how many chunks bytes take, no more than a slab has} */
  static int chunks(long bytes) {
    return (int) ((bytes + Pools.CHUNK_BYTES - 1) / Pools.CHUNK_BYTES);
  }

  int chunks() {
    return (int) (spanBytes / Pools.CHUNK_BYTES);
  }

  int alignChunks() {
    return (int) (alignBytes / Pools.CHUNK_BYTES);
  }
}
