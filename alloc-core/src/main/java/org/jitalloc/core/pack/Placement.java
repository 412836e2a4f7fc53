package org.jitalloc.core.pack;

/** What became of a wish for a place. */
public sealed interface Placement {

  /**
   * A place was found and is taken.
   *
   * @param address its first address
   * @param bytes its length after rounding; nobody else uses any of it
   * @param slab what it is part of, and what it is given back to
   */
  record Fit(long address, long bytes, Slab slab) implements Placement {}

  /**
   * There is no place, in the range or in its fallback.
   *
   * @param largestFreeBytes the longest run of addresses that is free or could become a slab,
   *     whatever its alignment, the wanted window left aside
   * @param freeBytes all of these together
   * @param pendingBytes what is retired and would be free if it were recycled
   */
  record NoSpace(long largestFreeBytes, long freeBytes, long pendingBytes) implements Placement {}
}
