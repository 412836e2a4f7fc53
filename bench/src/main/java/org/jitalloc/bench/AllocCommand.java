package org.jitalloc.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jitalloc.JitAlloc;
import org.jitalloc.JitAllocator;
import org.jitalloc.bench.peer.Peer;
import org.jitalloc.bench.peer.PeerOptions;
import org.jitalloc.bench.replay.Replay;
import org.jitalloc.bench.trace.AllocationTrace;
import org.jitalloc.bench.trace.TraceException;
import org.jitalloc.bench.trace.TraceReader;

/** {@code bench alloc}: replays a trace on this allocator and on the peer alternately. */
final class AllocCommand implements Command {
  private static final int MOST_THREADS = 256;
  private static final int MOST_RUNS = 1000;
  private static final int RUNS = 5;

  private final Peers peers;

  AllocCommand(Peers peers) {
    this.peers = peers;
  }

  @Override
  public void run(List<String> words) throws UsageException, TraceException, IOException {
    var arguments =
        Arguments.parse(words, Set.of("--write", "--no-peer"), Set.of("--threads", "--runs"));
    Path file = Path.of(arguments.operands("TRACE").getFirst());
    int threads = arguments.number("--threads", 1, 1, MOST_THREADS);
    int runs = arguments.number("--runs", RUNS, 1, MOST_RUNS);
    boolean write = arguments.has("--write");
    if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
      throw new UsageException("there is no file " + file + " that can be read");
    }
    AllocationTrace trace = TraceReader.read(file);
    Peer peer = arguments.has("--no-peer") ? null : peers.get();

    JitAllocator allocator = JitAlloc.host();
    var replay = new Replay(allocator, trace, threads, write);
    int warmUps = replay.warmUp();
    var report = new AllocReport(file, trace, threads, write, warmUps, allocator);
    for (int i = 0; i < runs; i++) {
      report.ours(replay.pass(i == runs - 1));
      if (peer != null) {
        report.peer(peer.replay(file, threads, PeerOptions.BEST, write));
        if (write) {
          report.fillingPeer(peer.replay(file, threads, PeerOptions.FILLING, true));
        }
      }
    }
    System.out.print(report.text());
    System.out.println(report.json());
  }
}
