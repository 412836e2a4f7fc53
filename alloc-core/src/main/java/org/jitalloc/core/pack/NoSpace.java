package org.jitalloc.core.pack;

/**
 * A range and its fallback have no place for a span.
 *
 * @param largestFreeBytes the longest run of addresses that is free or could become a slab, without
 *     regard to alignment and window
 * @param freeBytes the sum of these runs
 * @param pendingBytes the length of the retired spans, which are free after a grace period
 */
public record NoSpace(long largestFreeBytes, long freeBytes, long pendingBytes) {}
