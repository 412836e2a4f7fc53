package org.jitalloc.bench.peer;

import static java.util.Objects.requireNonNull;

import java.util.Map;
import java.util.stream.Collectors;

/**
 * The result of the peer.
 *
 * @param nsPerOperation the nanoseconds of its slowest thread for a pair of a free and an
 *     allocation
 * @param cpuNsPerOperation the nanoseconds of processor time for such a pair
 * @param liveBytes the requested sizes of the live allocations at the end
 * @param usedBytes the same with padding
 * @param reservedBytes the sum of its blocks, in bytes
 * @param blocks the number of blocks
 */
public record PeerResult(
    double nsPerOperation,
    double cpuNsPerOperation,
    long liveBytes,
    long usedBytes,
    long reservedBytes,
    long blocks) {

  static PeerResult parse(String output) {
    Map<String, String> figures =
        output
            .lines()
            .map(line -> line.split(" ", 2))
            .collect(Collectors.toMap(words -> words[0], words -> words[1]));
    return new PeerResult(
        Double.parseDouble(requireNonNull(figures.get("ns_per_op"))),
        Double.parseDouble(requireNonNull(figures.get("cpu_ns_per_op"))),
        Long.parseLong(requireNonNull(figures.get("live_bytes"))),
        Long.parseLong(requireNonNull(figures.get("used_bytes"))),
        Long.parseLong(requireNonNull(figures.get("reserved_bytes"))),
        Long.parseLong(requireNonNull(figures.get("blocks"))));
  }
}
