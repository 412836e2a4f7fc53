package org.jitalloc;

import java.util.Map;

/**
 * Figures of a target. Sizes are bytes. {@code reserved = used + padding + free + pending}.
 *
 * @param reservedBytes address space in slabs
 * @param committedBytes how much of it has memory behind it, as far as the allocator decides that:
 *     free pages go back some time after they became free
 * @param usedBytes what live and forming allocations asked for
 * @param paddingBytes what rounding costs them
 * @param freeBytes what the slabs still have to give
 * @param pendingBytes freed, waiting until no thread can be inside
 * @param largestFreeBytes the largest allocation that fits into the slabs as they are
 * @param slabs how many slabs there are
 * @param live how many allocations are live or forming
 * @param allocated how many allocations were ever made
 * @param freed how many of them were freed
 * @param denied how many requests policy ever denied
 * @param pokes how many places of live code were ever changed
 * @param pokeBatches in how many batches
 * @param traps how many times a thread met a place while it was being changed, and was carried over
 *     it
 * @param byType use by type; types without use are absent
 */
public record AllocatorStats(
    long reservedBytes,
    long committedBytes,
    long usedBytes,
    long paddingBytes,
    long freeBytes,
    long pendingBytes,
    long largestFreeBytes,
    int slabs,
    long live,
    long allocated,
    long freed,
    long denied,
    long pokes,
    long pokeBatches,
    long traps,
    Map<ModMemType, TypeStats> byType) {

  /** Makes the figures; the map is copied. */
  public AllocatorStats {
    byType = Map.copyOf(byType);
  }

  /**
   * Use of one type.
   *
   * @param live how many allocations are live or forming
   * @param usedBytes what they asked for, in bytes
   */
  public record TypeStats(long live, long usedBytes) {}
}
