package org.jitalloc.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.jitalloc.bench.modules.Linking;
import org.jitalloc.bench.modules.LoadAll;
import org.jitalloc.bench.modules.Usage;
import org.jitalloc.bench.report.JsonLine;
import org.jitalloc.bench.report.Median;
import org.jitalloc.bench.report.Table;
import org.jspecify.annotations.Nullable;

/** {@code bench modules}: loads all kernel modules of a folder in one process, here and by LLVM. */
final class ModulesCommand implements Command {
  private static final int RUNS = 3;

  /** The run is too short for the second compiler. */
  private static final List<String> FLAGS =
      List.of(
          "-XX:+UseParallelGC",
          "-Xms2g",
          "-Xmx2g",
          "-Xmn200m",
          "-XX:-UsePerfData",
          "-XX:TieredStopAtLevel=1");

  /** Flags to measure the heap: little space for dead objects, and a collector without tables. */
  private static final List<String> HEAP_FLAGS =
      List.of("-XX:+UseSerialGC", "-Xmx2g", "-XX:TieredStopAtLevel=1");

  @Override
  public void run(List<String> words) throws UsageException, IOException {
    var arguments = Arguments.parse(words, Set.of("--no-peer"), Set.of("--runs", "--threads"));
    Path folder = Path.of(arguments.operands("DIR").getFirst());
    int runs = arguments.number("--runs", RUNS, 1, 100);
    int processors = Runtime.getRuntime().availableProcessors();
    int threads = arguments.number("--threads", processors, 1, 1024);
    List<Path> modules = find(folder);
    boolean peer = !arguments.has("--no-peer") && Linking.hasPeer();
    if (!peer) {
      System.err.println(
          "jitalloc bench: without the peer, which is llvm-jitlink-19 of Debian's llvm-19");
    }
    Path copies = Files.createTempDirectory("jitalloc-bench");
    try {
      Path list = copies.resolve("list");
      Path classes = copies.resolve("classes.aot");
      List<Path> input = peer ? Linking.peerInput(modules, copies) : List.of();
      Files.write(list, modules.stream().map(Path::toString).toList());
      loadAll(with("-XX:AOTCacheOutput=" + classes), list, threads, false);
      Linking.Run first = loadAll(HEAP_FLAGS, list, threads, true);
      System.err.print(first.errors());
      Figures memory = Figures.of(first.last());
      var ours = new ArrayList<Usage>();
      var theirs = new ArrayList<Usage>();
      String figures = "";
      for (int i = 0; i < runs; i++) {
        var run = loadAll(with("-XX:AOTCache=" + classes), list, threads, false);
        ours.add(run.usage());
        figures = run.last();
        if (peer) {
          theirs.add(Linking.peer(input));
        }
      }
      report(Figures.of(figures), memory, threads, ours, theirs);
    } finally {
      delete(copies);
    }
  }

  private static List<String> with(String flag) {
    return Stream.concat(FLAGS.stream(), Stream.of(flag)).toList();
  }

  private static Linking.Run loadAll(List<String> flags, Path list, int threads, boolean heap)
      throws IOException {
    String main = LoadAll.class.getName();
    return Linking.java(
        flags, List.of(main, list.toString(), String.valueOf(threads), String.valueOf(heap)));
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }

  private static List<Path> find(Path folder) throws UsageException, IOException {
    if (!Files.isDirectory(folder)) {
      throw new UsageException("there is no folder " + folder);
    }
    try (Stream<Path> all = Files.walk(folder)) {
      List<Path> modules = all.filter(file -> file.toString().endsWith(".ko")).sorted().toList();
      if (modules.isEmpty()) {
        throw new UsageException("there is no module (*.ko) below " + folder);
      }
      return modules;
    }
  }

  /** The output of {@link LoadAll}. */
  private record Figures(
      long modules,
      long refused,
      long relocations,
      long startMillis,
      double loadSeconds,
      long bytes,
      long reservedBytes,
      long heapBytes) {

    static Figures of(String line) {
      String[] words = line.split(" ", -1);
      return new Figures(
          Long.parseLong(words[0]),
          Long.parseLong(words[1]),
          Long.parseLong(words[2]),
          Long.parseLong(words[3]),
          Double.parseDouble(words[4]),
          Long.parseLong(words[5]),
          Long.parseLong(words[6]),
          Long.parseLong(words[7]));
    }

    /**
     * {@return the ratio of the heap, which includes the memory of the image, to the memory of
     * modules}
     */
    double memoryRatio() {
      return (double) heapBytes / bytes;
    }
  }

  private static void report(
      Figures figures, Figures memory, int threads, List<Usage> ours, List<Usage> theirs) {
    double wall = median(ours, true);
    double cpu = median(ours, false);
    @Nullable Double peerWall = theirs.isEmpty() ? null : median(theirs, true);
    @Nullable Double peerCpu = theirs.isEmpty() ? null : median(theirs, false);
    var table =
        new Table("modules in one process", "wall, s", "processor, s", "relocations/s (processor)");
    table.row("here", two(wall), two(cpu), (long) (figures.relocations() / cpu));
    if (peerWall != null && peerCpu != null) {
      table.row(
          "llvm-jitlink-19", two(peerWall), two(peerCpu), (long) (figures.relocations() / peerCpu));
    }
    System.out.println(table);
    System.out.printf(
        Locale.ROOT,
        "%d modules, %d refused, %d relocations; the JVM ran for %d ms before it loaded, and loaded"
            + " for %.2f s by %d threads%nbytes of modules %,d, reserved for them %,d, heap in use"
            + " %,d (in a run that is not timed)%n",
        figures.modules(),
        figures.refused(),
        figures.relocations(),
        figures.startMillis(),
        figures.loadSeconds(),
        threads,
        memory.bytes(),
        memory.reservedBytes(),
        memory.heapBytes());
    System.out.println(
        new JsonLine()
            .put("modules", figures.modules())
            .put("refused", figures.refused())
            .put("relocations", figures.relocations())
            .put("wall_s", wall)
            .put("cpu_s", cpu)
            .put("peer_wall_s", peerWall)
            .put("peer_cpu_s", peerCpu)
            .put("times_as_fast", peerWall == null ? null : (Double) (peerWall / wall))
            .put("times_as_fast_cpu", peerCpu == null ? null : (Double) (peerCpu / cpu))
            .put("jvm_start_ms", figures.startMillis())
            .put("load_s", figures.loadSeconds())
            .put("relocations_per_load_s", (long) (figures.relocations() / figures.loadSeconds()))
            .put("threads", threads)
            .put("module_bytes", memory.bytes())
            .put("reserved_bytes", memory.reservedBytes())
            .put("heap_bytes", memory.heapBytes())
            .put("memory_ratio", memory.memoryRatio()));
  }

  private static double median(List<Usage> usages, boolean wall) {
    return Median.of(usages.stream().map(it -> wall ? it.wallSeconds() : it.cpuSeconds()).toList());
  }

  private static String two(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }
}
