package org.jitalloc.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jitalloc.JitAlloc;
import org.jitalloc.bench.peer.Peer;
import org.jitalloc.bench.peer.PeerOptions;
import org.jitalloc.bench.peer.PeerResult;
import org.jitalloc.bench.replay.Pass;
import org.jitalloc.bench.replay.Replay;
import org.jitalloc.bench.report.JsonLine;
import org.jitalloc.bench.report.Median;
import org.jitalloc.bench.report.Table;
import org.jitalloc.bench.trace.AllocationTrace;
import org.jitalloc.bench.trace.TraceKind;
import org.jitalloc.bench.trace.TraceWriter;
import org.jspecify.annotations.Nullable;

/** {@code bench grow}: the cost of an operation by the number of live allocations. */
final class GrowCommand implements Command {
  private static final int LEAST = 1_000;
  private static final int MOST = 1_000_000;
  private static final int OPERATIONS = 1_000_000;
  private static final int RUNS = 3;

  private final Peers peers;
  private final Table table =
      new Table("live", "ns/op", "peer ns/op", "times faster", "reserved/used", "of the peer");
  private final JsonLine json = new JsonLine();

  GrowCommand(Peers peers) {
    this.peers = peers;
  }

  @Override
  public void run(List<String> words) throws UsageException, IOException {
    var arguments =
        Arguments.parse(words, Set.of("--no-peer"), Set.of("--operations", "--runs", "--most"));
    arguments.operands();
    int operations = arguments.number("--operations", OPERATIONS, 1, 100 * OPERATIONS);
    int runs = arguments.number("--runs", RUNS, 1, 1000);
    int most = arguments.number("--most", MOST, LEAST, 10 * MOST);
    Peer peer = arguments.has("--no-peer") ? null : peers.get();
    for (int live = LEAST; live <= most; live *= 10) {
      System.err.printf("jitalloc bench: %,d live …%n", live);
      Path file = Files.createTempFile("jitalloc-grow", ".trace");
      try {
        var trace =
            AllocationTrace.generate(TraceKind.GROW, TraceKind.GROW.seed(), live, operations);
        TraceWriter.write(trace, file);
        measure(trace, file, runs, peer);
      } finally {
        Files.delete(file);
      }
    }
    System.out.println(table);
    System.out.println(json);
  }

  private void measure(AllocationTrace trace, Path file, int runs, @Nullable Peer peer)
      throws IOException {
    var replay = new Replay(JitAlloc.host(), trace, 1, false);
    replay.warmUp();
    List<Pass> ours = new ArrayList<>();
    List<PeerResult> theirs = new ArrayList<>();
    for (int i = 0; i < runs; i++) {
      ours.add(replay.pass(false));
      if (peer != null) {
        theirs.add(peer.replay(file, 1, PeerOptions.BEST, false));
      }
    }
    double time = Median.of(ours.stream().map(Pass::nsPerOperation).toList());
    var stats = ours.getLast().stats();
    String tightness = ratio(stats.reservedBytes(), stats.usedBytes() + stats.paddingBytes());
    json.put("ns_per_op_" + trace.start(), time);
    if (theirs.isEmpty()) {
      table.row(trace.start(), time, "-", "-", tightness, "-");
      json.put("peer_ns_per_op_" + trace.start(), null);
      return;
    }
    double theirTime = Median.of(theirs.stream().map(PeerResult::nsPerOperation).toList());
    var last = theirs.getLast();
    table.row(
        trace.start(),
        time,
        theirTime,
        theirTime / time,
        tightness,
        ratio(last.reservedBytes(), last.usedBytes()));
    json.put("peer_ns_per_op_" + trace.start(), theirTime);
  }

  private static String ratio(long reserved, long used) {
    return String.format(Locale.ROOT, "%.3f", (double) reserved / used);
  }
}
