package org.jitalloc.bench.peer;

import static java.util.Objects.requireNonNull;

import java.util.Map;
import java.util.stream.Collectors;

/**
 * What the peer printed.
 *
 * @param nsPerOperation time of its slowest thread for a pair of a free and an allocation
 * @param cpuNsPerOperation time that its threads had a processor, for such a pair
 * @param liveBytes what is live at the end asked for, in bytes
 * @param usedBytes the same with what rounding costs, in bytes
 * @param reservedBytes the sum of its blocks, in bytes
 * @param blocks how many they are
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
