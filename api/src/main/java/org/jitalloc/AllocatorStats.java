package org.jitalloc;

import java.util.Map;

/**
 * Statistics of a target at one moment. Sizes are in bytes. {@code reserved = used + padding + free
 * + pending}.
 *
 * @param reservedBytes the address space of all slabs
 * @param committedBytes the part of it that has memory; free pages are released some time after
 *     they became free
 * @param usedBytes the sizes that live and forming allocations requested
 * @param paddingBytes the bytes that rounding to chunks adds to them
 * @param freeBytes the free bytes in slabs
 * @param pendingBytes the bytes of freed allocations whose grace period has not ended
 * @param largestFreeBytes the size of the largest allocation that fits into the existing slabs
 * @param slabs the number of slabs
 * @param live the number of live and forming allocations
 * @param allocated the number of allocations since the target was created
 * @param freed the number of them that were freed
 * @param denied the number of requests that policy denied
 * @param pokes the number of sites of live code that were changed
 * @param pokeBatches the number of batches in which they were changed
 * @param traps the number of times that a thread executed a trap in a site that was being changed,
 *     and the trap handler emulated the new instruction
 * @param byType use by memory type; types without use are absent
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

  /** Creates the statistics and copies the map. */
  public AllocatorStats {
    byType = Map.copyOf(byType);
  }

  /**
   * Use of one memory type.
   *
   * @param live the number of live and forming allocations
   * @param usedBytes the sizes that they requested, in bytes
   */
  public record TypeStats(long live, long usedBytes) {}
}
