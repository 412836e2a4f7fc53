package org.jitalloc.bench;

import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jitalloc.JitAllocator;
import org.jitalloc.MemoryMode;
import org.jitalloc.bench.peer.PeerResult;
import org.jitalloc.bench.replay.Pass;
import org.jitalloc.bench.report.JsonLine;
import org.jitalloc.bench.report.Median;
import org.jitalloc.bench.report.Table;
import org.jitalloc.bench.trace.AllocationTrace;
import org.jspecify.annotations.Nullable;

/** The results of {@code bench alloc}: medians of the times, sizes of the last run. */
final class AllocReport {
  private final Path file;
  private final AllocationTrace trace;
  private final int threads;
  private final boolean write;
  private final int warmUps;
  private final JitAllocator allocator;
  private final List<Pass> ours = new ArrayList<>();
  private final List<PeerResult> peer = new ArrayList<>();
  private final List<PeerResult> fillingPeer = new ArrayList<>();

  AllocReport(
      Path file,
      AllocationTrace trace,
      int threads,
      boolean write,
      int warmUps,
      JitAllocator allocator) {
    this.file = file;
    this.trace = trace;
    this.threads = threads;
    this.write = write;
    this.warmUps = warmUps;
    this.allocator = allocator;
  }

  void ours(Pass pass) {
    ours.add(pass);
  }

  void peer(PeerResult result) {
    if (result.liveBytes() != ours.getLast().liveBytes()) {
      throw new IllegalStateException(
          "the two sides did not do the same: %d bytes are live here, %d at the peer"
              .formatted(ours.getLast().liveBytes(), result.liveBytes()));
    }
    peer.add(result);
  }

  void fillingPeer(PeerResult result) {
    fillingPeer.add(result);
  }

  String text() {
    return heading() + "\n" + sizes() + "\n" + figures() + "\n";
  }

  private String heading() {
    String collectors =
        ManagementFactory.getGarbageCollectorMXBeans().stream()
            .map(GarbageCollectorMXBean::getName)
            .collect(Collectors.joining(", "));
    // Read at the end: the mode changes when huge pages are exhausted.
    MemoryMode mode = allocator.memoryMode();
    return """
    %s: %,d allocations, then %,d operations (a free and an allocation), %d thread%s%s
    memory mode %s: %s
    Java %s, collector: %s
    %d warm-up passes in this JVM, then %d measured, each followed by a run of the peer in a process
    of its own (one warm-up pass there); times are medians, sizes are those of the last run
    """
        .formatted(
            file,
            trace.start(),
            trace.operations(),
            threads,
            threads == 1 ? "" : "s",
            write ? ", every allocation is written" : "",
            mode.name(),
            mode.reason(),
            Runtime.version(),
            collectors,
            warmUps,
            ours.size());
  }

  private Table sizes() {
    int[] sorted = trace.sortedSizes();
    long sum = 0;
    for (int size : sorted) {
      sum += size;
    }
    return new Table("sizes in bytes", "least", "p10", "median", "mean", "p90", "p99", "most")
        .row(
            "",
            sorted[0],
            quantile(sorted, 0.1),
            quantile(sorted, 0.5),
            sum / sorted.length,
            quantile(sorted, 0.9),
            quantile(sorted, 0.99),
            sorted[sorted.length - 1]);
  }

  private static int quantile(int[] sorted, double part) {
    return sorted[(int) (part * (sorted.length - 1))];
  }

  private Table figures() {
    var table =
        new Table(
            "",
            "ns/op",
            "best",
            "worst",
            "cpu ns/op",
            "live",
            "used",
            "reserved",
            "reserved/used",
            "committed/used",
            "slabs",
            "huge pages");
    var stats = ours.getLast().stats();
    List<Double> times = times();
    long used = ours.getLast().liveBytes() + stats.paddingBytes();
    table.row(
        "jitalloc",
        Median.of(times),
        times.stream().min(Double::compare).orElseThrow(),
        times.stream().max(Double::compare).orElseThrow(),
        Median.of(ours.stream().map(Pass::cpuNsPerOperation).toList()),
        ours.getLast().liveBytes(),
        used,
        stats.reservedBytes(),
        ratio(stats.reservedBytes(), used),
        ratio(ours.getLast().committedBytes(), used),
        stats.slabs(),
        ours.getLast().hugePageBytes());
    peerRow(table, "AsmJit JitAllocator", peer);
    peerRow(table, "AsmJit, fills what is freed", fillingPeer);
    return table;
  }

  private static void peerRow(Table table, String name, List<PeerResult> results) {
    if (results.isEmpty()) {
      return;
    }
    List<Double> times = results.stream().map(PeerResult::nsPerOperation).toList();
    var last = results.getLast();
    table.row(
        name,
        Median.of(times),
        times.stream().min(Double::compare).orElseThrow(),
        times.stream().max(Double::compare).orElseThrow(),
        Median.of(results.stream().map(PeerResult::cpuNsPerOperation).toList()),
        last.liveBytes(),
        last.usedBytes(),
        last.reservedBytes(),
        ratio(last.reservedBytes(), last.usedBytes()),
        "",
        last.blocks(),
        "");
  }

  private static String ratio(long reserved, long used) {
    return String.format(Locale.ROOT, "%.3f", (double) reserved / used);
  }

  private List<Double> times() {
    return ours.stream().map(Pass::nsPerOperation).toList();
  }

  JsonLine json() {
    Pass pass = ours.getLast();
    var stats = pass.stats();
    double time = Median.of(times());
    Double peerTime = time(peer);
    return new JsonLine()
        .put("ns_per_op", time)
        .put("peer_ns_per_op", peerTime)
        .put("used_bytes", pass.liveBytes() + stats.paddingBytes())
        .put("live_bytes", pass.liveBytes())
        .put("reserved_bytes", stats.reservedBytes())
        .put("peer_reserved_bytes", peer.isEmpty() ? null : peer.getLast().reservedBytes())
        .put("memory_mode", allocator.memoryMode().name())
        .put("committed_bytes", pass.committedBytes())
        .put("padding_bytes", stats.paddingBytes())
        .put("peer_used_bytes", peer.isEmpty() ? null : peer.getLast().usedBytes())
        .put("ratio", peerTime == null ? null : peerTime / time)
        .put("slabs", stats.slabs())
        .put("huge_page_bytes", pass.hugePageBytes())
        .put("threads", threads)
        .put("write", write ? 1 : 0)
        .put("peer_fill_ns_per_op", time(fillingPeer))
        .put("cpu_ns_per_op", Median.of(ours.stream().map(Pass::cpuNsPerOperation).toList()))
        .put(
            "peer_cpu_ns_per_op",
            peer.isEmpty()
                ? null
                : Median.of(peer.stream().map(PeerResult::cpuNsPerOperation).toList()))
        .put("operations", trace.operations())
        .put("runs", ours.size())
        .put("trace", file);
  }

  private static @Nullable Double time(List<PeerResult> results) {
    return results.isEmpty()
        ? null
        : Double.valueOf(Median.of(results.stream().map(PeerResult::nsPerOperation).toList()));
  }
}
