package org.jitalloc.core.pack;

import org.jitalloc.Span;
import org.jitalloc.arch.PageProtection;

/**
 * A slab and what is in it, at one moment. {@code used + padding + pending + free} are its length.
 *
 * @param span its addresses
 * @param committedBytes the length of its committed part; the rest is free
 * @param protection the permissions of its pages
 * @param allocations the number of spans in use
 * @param usedBytes the sum of the requested lengths
 * @param paddingBytes the sum of the bytes that rounding adds
 * @param pendingBytes the length of retired spans that are not recycled, with their padding
 * @param freeBytes the free bytes
 * @param largestFreeBytes the longest free run
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
