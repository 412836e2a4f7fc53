package org.jitalloc.core.pack;

import org.jitalloc.arch.AddressRange;
import org.jspecify.annotations.Nullable;

/**
 * What is to be placed.
 *
 * @param bytes what was asked for
 * @param spanBytes the same in whole units
 * @param alignBytes alignment, a chunk or more
 * @param window where every byte has to be, or null
 */
record Wish(long bytes, long spanBytes, long alignBytes, @Nullable AddressRange window) {

  static Wish of(long bytes, long alignBytes, long unitBytes, @Nullable AddressRange window) {
    if (bytes <= 0) {
      throw new IllegalArgumentException("not a length: bytes=" + bytes);
    }
    requirePowerOfTwo("alignBytes", alignBytes);
    requirePowerOfTwo("unitBytes", unitBytes);
    long unit = Math.max(unitBytes, Pools.CHUNK_BYTES);
    // Lengths near 2^63 stay as they are; no range holds them.
    long spanBytes = bytes > Long.MAX_VALUE - unit ? bytes : Ranges.alignUp(bytes, unit);
    return new Wish(bytes, spanBytes, Math.max(alignBytes, unit), window);
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
