package org.jitalloc;

/**
 * A slab: pages that many allocations share, or that one large allocation has alone.
 *
 * @param span its address range
 * @param committedBytes the part of it that has memory, in bytes; the rest is free
 * @param protection the protection of its pages in the letters of /proc/self/maps: {@code r-x},
 *     {@code rw-}, {@code r--}
 * @param hugePageBytes the part of it that the operating system maps by huge pages now, in bytes; 0
 *     on images and if that is unknown
 * @param allocations the number of allocations in it
 * @param usedBytes the sizes that they requested, in bytes
 * @param paddingBytes the bytes that rounding to chunks adds to them
 * @param largestFreeBytes the size of the largest allocation that fits into it, in bytes
 */
public record SlabInfo(
    Span span,
    long committedBytes,
    String protection,
    long hugePageBytes,
    int allocations,
    long usedBytes,
    long paddingBytes,
    long largestFreeBytes) {}
