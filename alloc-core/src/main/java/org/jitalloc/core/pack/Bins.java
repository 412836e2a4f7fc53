package org.jitalloc.core.pack;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Recycled places of short spans, by length. The next span of the same length takes one with a look
 * into an array; the free lists would join the place with its neighbours and cut it out again. For
 * their slabs these places are taken.
 */
final class Bins {
  /** The longest spans that are kept, in chunks. */
  static final int LONGEST = 32;

  private static final int DEPTH_BITS = 6;
  private static final int MOST_CHUNKS = 8192;

  /** By length; index 0, which is no length, counts all chunks. Padded against false sharing. */
  private final int[] counts = new int[LONGEST + 1 + 32];

  /** By length and depth: the first chunk of a place and its block; below, its slab. */
  private final long[] places = new long[LONGEST + 1 << DEPTH_BITS];

  private final @Nullable SharedSlab[] slabs = new SharedSlab[LONGEST + 1 << DEPTH_BITS];

  /** {@return whether there is a place of exactly this length} */
  boolean has(int length) {
    return counts[length] > 0;
  }

  /** Gives an owner a place of exactly this length; there is one. */
  void pop(int length, SpanOwner owner) {
    int at = take(length);
    long place = places[at];
    slab(at).setOwner((int) place, (int) (place >>> 32), length, owner);
  }

  private int take(int length) {
    counts[0] -= length;
    return (length << DEPTH_BITS) + --counts[length];
  }

  private SharedSlab slab(int at) {
    SharedSlab slab = slabs[at];
    if (slab == null) {
      throw new IllegalStateException("a place without a slab");
    }
    return slab;
  }

  /** Keeps the place of a former owner; {@return false if the bin is full} */
  boolean push(SharedSlab slab, SpanOwner former) {
    int length = former.chunks();
    int count = counts[length];
    if (count == 1 << DEPTH_BITS || counts[0] + length > MOST_CHUNKS) {
      return false;
    }
    int at = (length << DEPTH_BITS) + count;
    places[at] = (long) slab.chunk(former.address()) << 32 | former.block;
    if (slabs[at] != slab) {
      slabs[at] = slab;
    }
    counts[length] = count + 1;
    counts[0] += length;
    return true;
  }

  boolean isEmpty() {
    return counts[0] == 0;
  }

  /** Returns all places to the free lists. */
  void drain() {
    for (int length = 1; length <= LONGEST; length++) {
      while (has(length)) {
        int at = take(length);
        slab(at).recycle((int) places[at]);
      }
    }
    Arrays.fill(slabs, null);
  }
}
