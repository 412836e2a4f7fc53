package org.jitalloc.bench.replay;

import org.jitalloc.AllocatorStats;

/**
 * One replay of a trace.
 *
 * @param nsPerOperation the nanoseconds of the slowest thread for a pair of a free and an
 *     allocation
 * @param cpuNsPerOperation the nanoseconds of processor time for such a pair
 * @param liveBytes the requested sizes of the live allocations at the end
 * @param stats the statistics of the allocator at the end of the trace, before the rest is freed
 * @param committedBytes the bytes of its slabs with memory at the end, or after a rest
 * @param hugePageBytes the bytes of its slabs on huge pages at the end
 */
public record Pass(
    double nsPerOperation,
    double cpuNsPerOperation,
    long liveBytes,
    AllocatorStats stats,
    long committedBytes,
    long hugePageBytes) {}
