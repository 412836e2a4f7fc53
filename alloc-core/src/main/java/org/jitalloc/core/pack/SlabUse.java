package org.jitalloc.core.pack;

import org.jitalloc.Span;
import org.jitalloc.arch.PageProtection;

/**
 * A slab and what is in it, at one moment. {@code used + padding + pending + free} are its length.
 *
 * @param span where it is
 * @param committedBytes how much of it has memory; the rest is free
 * @param protection what its pages allow
 * @param allocations how many spans are in use
 * @param usedBytes what was asked for
 * @param paddingBytes what rounding costs
 * @param pendingBytes spans that are retired and not recycled, with their padding
 * @param freeBytes what is left
 * @param largestFreeBytes the longest run of it
 */
public record SlabUse(
    Span span,
    long committedBytes,
    PageProtection protection,
    int allocations,
    long usedBytes,
    long paddingBytes,
    long pendingBytes,
    long freeBytes,
    long largestFreeBytes) {}
