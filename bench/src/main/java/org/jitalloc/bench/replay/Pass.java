package org.jitalloc.bench.replay;

import org.jitalloc.AllocatorStats;

/**
 * One replay of a trace.
 *
 * @param nsPerOperation time of the slowest thread for a pair of a free and an allocation
 * @param cpuNsPerOperation time that the threads had a processor, for such a pair
 * @param liveBytes what is live at the end asked for, in bytes
 * @param stats the allocator's figures at the end of the trace, with everything that is live still
 *     there
 * @param committedBytes how much of its slabs has memory then, or after a rest, in bytes
 * @param hugePageBytes how much of its slabs is on huge pages then, in bytes
 */
public record Pass(
    double nsPerOperation,
    double cpuNsPerOperation,
    long liveBytes,
    AllocatorStats stats,
    long committedBytes,
    long hugePageBytes) {}
