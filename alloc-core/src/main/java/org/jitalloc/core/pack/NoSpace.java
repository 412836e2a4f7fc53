package org.jitalloc.core.pack;

/**
 * There is no place, in a range or in its fallback.
 *
 * @param largestFreeBytes the longest run of addresses that is free or could become a slab,
 *     whatever its alignment, the wanted window left aside
 * @param freeBytes all of these together
 * @param pendingBytes what is retired and would be free if it were recycled
 */
public record NoSpace(long largestFreeBytes, long freeBytes, long pendingBytes) {}
