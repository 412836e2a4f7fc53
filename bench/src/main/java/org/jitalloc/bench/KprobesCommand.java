package org.jitalloc.bench;

import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jitalloc.JitAlloc;
import org.jitalloc.JitAllocator;
import org.jitalloc.bench.code.X86;
import org.jitalloc.bench.ftrace.SmallFunctions;
import org.jitalloc.bench.report.JsonLine;
import org.jitalloc.bench.report.Median;
import org.jitalloc.bench.report.Table;
import org.jitalloc.kprobes.Probe;
import org.jitalloc.kprobes.ProbeAt;
import org.jitalloc.kprobes.ProbeRequest;
import org.jitalloc.kprobes.ReturnProbeRequest;
import org.jitalloc.kprobes.plain.KprobesFactory;
import org.jitalloc.kprobes.run.LocalKprobes;

/** {@code bench kprobes}: the cost of a hit, and of arming many probes. */
final class KprobesCommand implements Command {
  private static final int PROBES = 10_000;
  private static final int RUNS = 9;

  /**
   * The number of calls of a run: with cheap hits, with an upcall for each, with a signal for each.
   */
  private static final int CALLS = 1 << 22;

  private static final int HITS = 1 << 17;
  private static final int TRAPS = 1 << 15;
  private static final String BREAKPOINT = "breakpoint";

  private final Table table = new Table("ns of processor time a call", "median", "more than never");
  private final JsonLine json = new JsonLine();
  private double never;

  @Override
  public void run(List<String> words) throws UsageException, IOException {
    Arguments arguments = Arguments.parse(words, Set.of(), Set.of("--probes", "--runs"));
    arguments.operands();
    int probes = arguments.number("--probes", PROBES, 1, 100_000);
    int runs = arguments.number("--runs", RUNS, 1, 1000);
    JitAllocator host = JitAlloc.host();
    X86.require(host);
    try {
      hits(host, runs);
      System.out.println(table);
      arming(host, probes, runs);
      System.out.println(json);
    } catch (Throwable failure) {
      throw new IOException("the benchmark failed: " + failure, failure);
    }
  }

  private static double perCall(MethodHandle loop, int calls, int runs) throws Throwable {
    return ProcessorTime.perCall(loop, calls, runs, () -> {});
  }

  private void hits(JitAllocator host, int runs) throws Throwable {
    var functions = new SmallFunctions(host, "", 1);
    functions.memory().publish();
    MethodHandle loop = functions.loop(true);
    never = perCall(loop, CALLS, runs);
    row("never_probed", never);
    long entry = functions.entry(0);
    ProbeRequest java = ProbeRequest.before(_ -> {});
    try (LocalKprobes probes = KprobesFactory.of(host)) {
      probes.add(functions);
      ProbeRequest counting = ProbeRequest.counting();
      hit("counting", probes.register(entry, counting), perHit(loop, CALLS, runs));
      hit("java_handler", probes.register(entry, java), perHit(loop, HITS, runs));
      hit(BREAKPOINT, probes.register(entry, java.byBreakpoint()), perHit(loop, TRAPS, runs));
      hit(
          "return_probe",
          probes.registerReturn(entry, ReturnProbeRequest.of(_ -> {})),
          perHit(loop, HITS, runs));
      row("unprobed", perCall(loop, CALLS, runs));
    }
    functions.memory().close();
  }

  private interface PerHit {
    double nanos() throws Throwable;
  }

  private static PerHit perHit(MethodHandle loop, int calls, int runs) {
    return () -> perCall(loop, calls, runs);
  }

  private void hit(String what, Probe registered, PerHit perHit) throws Throwable {
    try (Probe probe = registered) {
      row(what, perHit.nanos());
      if (probe.hits() == 0) {
        throw new IOException("no hit was counted: " + probe);
      }
      if (probe.isOptimized() == what.equals(BREAKPOINT)) {
        throw new IOException("not what is to be measured: %s, %s".formatted(what, probe));
      }
    }
  }

  private void row(String what, double nanos) {
    table.row(what.replace('_', ' '), nanos, nanos - never);
    json.put("ns_" + what, nanos);
  }

  private void arming(JitAllocator host, int count, int runs) throws Throwable {
    var functions = new SmallFunctions(host, "", count);
    functions.memory().publish();
    var times = new Table("%,d probes".formatted(count), "ms", "µs a probe");
    json.put("probes", count);
    List<ProbeAt> requests = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      requests.add(new ProbeAt(functions.entry(i), ProbeRequest.before(_ -> {})));
    }
    try (LocalKprobes probes = KprobesFactory.of(host)) {
      probes.add(functions);
      List<Double> on = new ArrayList<>();
      List<Double> off = new ArrayList<>();
      for (int i = -1; i < runs; i++) {
        List<Probe> armed = new ArrayList<>();
        double arming = ProcessorTime.nanos(() -> armed.addAll(probes.register(requests)));
        double removed = ProcessorTime.nanos(() -> probes.unregister(armed));
        if (i < 0) {
          continue;
        }
        on.add(arming);
        off.add(removed);
      }
      arming(times, "armed_in_one_batch", Median.of(on), count);
      arming(times, "removed_in_one_batch", Median.of(off), count);
      List<Probe> each = new ArrayList<>();
      double one =
          ProcessorTime.nanos(
              () -> requests.forEach(at -> each.add(probes.register(at.address(), at.request()))));
      arming(times, "armed_one_by_one", one, count);
      arming(
          times,
          "removed_one_by_one",
          ProcessorTime.nanos(() -> each.forEach(Probe::close)),
          count);
    }
    functions.memory().close();
    System.out.println(times);
  }

  private void arming(Table times, String what, double nanos, int count) {
    times.row(what.replace('_', ' '), nanos / 1e6, nanos / 1e3 / count);
    json.put("ns_" + what, nanos);
  }
}
