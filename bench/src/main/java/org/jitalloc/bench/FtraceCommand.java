package org.jitalloc.bench;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jitalloc.JitAlloc;
import org.jitalloc.JitAllocator;
import org.jitalloc.bench.code.X86;
import org.jitalloc.bench.ftrace.SmallFunctions;
import org.jitalloc.bench.ftrace.Uftrace;
import org.jitalloc.bench.report.JsonLine;
import org.jitalloc.bench.report.Median;
import org.jitalloc.bench.report.Table;
import org.jitalloc.ftrace.CurrentTracer;
import org.jitalloc.ftrace.Ftrace;
import org.jitalloc.ftrace.Registration;
import org.jitalloc.ftrace.TraceSize;
import org.jitalloc.ftrace.plain.Ftraces;
import org.jitalloc.ftrace.run.LocalFtrace;
import org.jitalloc.text.TextPatcher.KnownText;

/**
 * {@code bench ftrace}: the cost of a traced call, of enabling and disabling many call sites, and
 * of adding them.
 */
final class FtraceCommand implements Command {
  private static final int SITES = 50_000;
  private static final int RECORDS = 1_000_000;
  private static final int RUNS = 9;
  private static final int CALLS = 1 << 18;
  private static final int PAGE_BYTES = 4096;
  private static final int READ_WRITE = 3;
  private static final int READ_EXEC = 5;
  private static final int PRIVATE_ANONYMOUS = 0x22;

  private interface Measured {
    void run() throws Throwable;
  }

  @Override
  public void run(List<String> words) throws UsageException, IOException {
    Arguments arguments =
        Arguments.parse(words, Set.of(), Set.of("--sites", "--records", "--runs"));
    arguments.operands();
    int sites = arguments.number("--sites", SITES, 1, 1_000_000);
    int records = arguments.number("--records", RECORDS, 1000, 4_000_000);
    int runs = arguments.number("--runs", RUNS, 1, 1000);
    JitAllocator host = JitAlloc.host();
    X86.require(host);
    try {
      calls(host, runs);
      switching(host, sites, runs);
      knowing(host, records);
    } catch (Throwable failure) {
      throw new IOException("the benchmark failed: " + failure, failure);
    }
  }

  private static double nanos(Measured measured) throws Throwable {
    long start = System.nanoTime();
    measured.run();
    return System.nanoTime() - start;
  }

  private static void calls(JitAllocator host, int runs) throws Throwable {
    var table = new Table("ns of processor time a call", "median", "more than no site");
    var json = new JsonLine();
    try (LocalFtrace ftrace = Ftraces.of(host, new TraceSize(2, CALLS * 2, 64, 1))) {
      var functions = new SmallFunctions(host, "", 1);
      try (KnownText _ = ftrace.add(functions)) {
        functions.memory().publish();
        MethodHandle with = functions.loop(true);
        MethodHandle without = functions.loop(false);
        double none = perCall(without, ftrace, runs);
        row(table, json, "no_site", none, none);
        row(table, json, "disabled", perCall(with, ftrace, runs), none);
        ftrace.tracer(CurrentTracer.FUNCTION);
        row(table, json, "function", perCall(with, ftrace, runs), none);
        ftrace.on(false);
        row(table, json, "function_off", perCall(with, ftrace, runs), none);
        ftrace.on(true);
        ftrace.tracer(CurrentTracer.FUNCTION_GRAPH);
        row(table, json, "function_graph", perCall(with, ftrace, runs), none);
        ftrace.tracer(CurrentTracer.NOP);
        try (Registration _ = ftrace.attach((_, _) -> {}, "")) {
          row(table, json, "java_callback", perCall(with, ftrace, runs), none);
        }
      }
      functions.memory().close();
    }
    System.out.println(table);
    System.out.println(json);
  }

  private static void row(Table table, JsonLine json, String what, double nanos, double none) {
    table.row(what.replace('_', ' '), nanos, nanos - none);
    json.put("ns_" + what, nanos);
  }

  private static double perCall(MethodHandle loop, Ftrace ftrace, int runs) throws Throwable {
    return ProcessorTime.perCall(loop, CALLS, runs, ftrace::clear);
  }

  private static void switching(JitAllocator host, int sites, int runs) throws Throwable {
    List<Double> on = new ArrayList<>();
    List<Double> off = new ArrayList<>();
    var functions = new SmallFunctions(host, "", sites);
    try (LocalFtrace ftrace = Ftraces.of(host, TraceSize.DEFAULT)) {
      try (KnownText _ = ftrace.add(functions)) {
        functions.memory().publish();
        for (int i = 0; i < runs; i++) {
          on.add(nanos(() -> ftrace.tracer(CurrentTracer.FUNCTION)));
          off.add(nanos(() -> ftrace.tracer(CurrentTracer.NOP)));
        }
      }
    }
    functions.memory().close();
    double pairs = protectPairs(sites, runs);
    var table = new Table("%,d sites".formatted(sites), "ms", "sites a second");
    table.row("enabled, one batch", Median.of(on) / 1e6, sites / (Median.of(on) / 1e9));
    table.row("disabled, one batch", Median.of(off) / 1e6, sites / (Median.of(off) / 1e9));
    table.row("one pair of mprotect a site", pairs / 1e6, sites / (pairs / 1e9));
    JsonLine json =
        new JsonLine()
            .put("sites", sites)
            .put("ns_enable", Median.of(on))
            .put("ns_disable", Median.of(off))
            .put("ns_mprotect_pairs", pairs);
    peer(table, json, sites, runs);
    System.out.println(table);
    System.out.println(json);
  }

  private static void peer(Table table, JsonLine json, int sites, int runs) {
    if (!Uftrace.isThere()) {
      System.err.println(
          "jitalloc bench: no peer to compare with: there is no uftrace; install it (Debian:"
              + " apt-get install uftrace)");
      return;
    }
    Uftrace.Times times;
    try {
      times = Uftrace.measure(sites, runs);
    } catch (IOException failure) {
      System.err.println("jitalloc bench: the peer cannot be measured: " + failure.getMessage());
      return;
    }
    table.row("uftrace, a run that patches", times.run() / 1e6, sites / (times.run() / 1e9));
    if (times.patching() > 0) {
      table.row(
          "… more than one that does not",
          times.patching() / 1e6,
          sites / (times.patching() / 1e9));
    }
    json.put("ns_uftrace_run", times.run()).put("ns_uftrace_patching", times.patching());
  }

  /** {@return the time of two mprotect calls for each site, without a write in between} */
  private static double protectPairs(int sites, int runs) throws Throwable {
    MethodHandle protect = system("mprotect", JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);
    MethodHandle map =
        system("mmap", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG);
    MethodHandle unmap = system("munmap", JAVA_INT, JAVA_LONG, JAVA_LONG);
    long bytes = (sites * 16L + PAGE_BYTES - 1) / PAGE_BYTES * PAGE_BYTES;
    long start = (long) map.invokeExact(0L, bytes, READ_WRITE, PRIVATE_ANONYMOUS, -1, 0L);
    if (start == -1) {
      throw new IOException("mmap of %d bytes failed".formatted(bytes));
    }
    List<Double> times = new ArrayList<>();
    try {
      MemorySegment.ofAddress(start).reinterpret(bytes).fill((byte) 1);
      for (int i = 0; i < runs; i++) {
        times.add(
            nanos(
                () -> {
                  for (int site = 0; site < sites; site++) {
                    protect(protect, start + site * 16L / PAGE_BYTES * PAGE_BYTES, READ_WRITE);
                    protect(protect, start + site * 16L / PAGE_BYTES * PAGE_BYTES, READ_EXEC);
                  }
                }));
      }
    } finally {
      int _ = (int) unmap.invokeExact(start, bytes);
    }
    return Median.of(times);
  }

  private static MethodHandle system(String name, MemoryLayout result, MemoryLayout... arguments) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(
        linker.defaultLookup().findOrThrow(name), FunctionDescriptor.of(result, arguments));
  }

  private static void protect(MethodHandle protect, long page, int how) throws Throwable {
    int result = (int) protect.invokeExact(MemorySegment.ofAddress(page), (long) PAGE_BYTES, how);
    if (result != 0) {
      throw new IOException("mprotect(0x%x, %d, %d) was refused".formatted(page, PAGE_BYTES, how));
    }
  }

  private static void knowing(JitAllocator host, int records) throws Throwable {
    var table = new Table("%,d records".formatted(records), "ms", "ns a record");
    JsonLine json = new JsonLine().put("records", records);
    for (int texts : new int[] {1, 1000}) {
      List<SmallFunctions> all = new ArrayList<>();
      for (int i = 0; i < texts; i++) {
        all.add(new SmallFunctions(host, "m" + i, records / texts));
      }
      try (LocalFtrace ftrace = Ftraces.of(host, TraceSize.DEFAULT)) {
        double nanos = nanos(() -> all.forEach(ftrace::add));
        table.row("in %d texts".formatted(texts), nanos / 1e6, nanos / records);
        json.put("ns_of_%d_texts".formatted(texts), nanos);
      }
      all.forEach(functions -> functions.memory().close());
    }
    System.out.println(table);
    System.out.println(json);
  }
}
