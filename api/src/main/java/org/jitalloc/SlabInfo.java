package org.jitalloc;

/**
 * A run of pages that many allocations share, or that one large allocation has to itself.
 *
 * @param span where it is
 * @param committedBytes how much of it has memory behind it, in bytes; the rest is free
 * @param protection what its pages allow, in the letters of /proc/self/maps: {@code r-x}, {@code
 *     rw-}, {@code r--}
 * @param hugePageBytes how much of it the operating system really maps by huge pages at this
 *     moment, in bytes; 0 on images and where that cannot be known
 * @param allocations how many allocations live in it
 * @param usedBytes what they asked for, in bytes
 * @param paddingBytes what rounding to chunks costs them, in bytes
 * @param largestFreeBytes the largest allocation that still fits into it, in bytes
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
