package org.jitalloc.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;
import org.jitalloc.arch.bpf.BpfCodeGenerator;
import org.jitalloc.bench.bpf.CodeSize;
import org.jitalloc.bench.bpf.GccPrograms;
import org.jitalloc.bench.bpf.MeasuredPrograms;
import org.jitalloc.bench.bpf.MeasuredPrograms.Program;
import org.jitalloc.bench.bpf.Speed;
import org.jitalloc.bench.bpf.Timing;
import org.jitalloc.bench.report.JsonLine;
import org.jitalloc.bench.report.Table;
import org.jitalloc.bpf.BpfLoadOptions.Engine;
import org.jitalloc.bpf.BpfLoadOptions.MemoryChecks;

/**
 * {@code bench bpf}: the number of instructions that the generator of each architecture emits for a
 * BPF instruction, and the speed here compared with the same programs compiled by gcc.
 */
final class BpfCommand implements Command {
  private static final int MEMORY_BYTES = 1500;
  private static final int RUNS = 11;
  private static final int MILLIS = 30;

  /** The program that does nothing. */
  private static final String EMPTY = "empty";

  /** All features that generators use. */
  private static final Set<String> FEATURES =
      Set.of("bmi2", "atomics", "facility-34", "facility-45");

  private final Path folder;
  private final JsonLine json = new JsonLine();

  BpfCommand(Path folder) {
    this.folder = folder;
  }

  @Override
  public void run(List<String> words) throws UsageException, IOException {
    var arguments = Arguments.parse(words, Set.of(), Set.of("--runs", "--millis"));
    arguments.operands();
    int runs = arguments.number("--runs", RUNS, 1, 1000);
    int millis = arguments.number("--millis", MILLIS, 1, 10_000);
    var programs = new MeasuredPrograms(folder);
    System.out.println(sizes(programs));
    System.out.println(speeds(programs.performance(), runs, millis));
    System.out.println(json);
  }

  private Table sizes(MeasuredPrograms programs) throws IOException {
    var table =
        new Table(
            "for one BPF instruction",
            "vectors: instructions",
            "bytes",
            "programs: instructions",
            "bytes",
            "unchecked: instructions",
            "bytes");
    var generators = new TreeMap<String, BpfCodeGenerator>();
    ServiceLoader.load(BpfCodeGenerator.class).forEach(g -> generators.put(g.arch(), g));
    for (var generator : generators.values()) {
      var vectors = CodeSize.of(generator, FEATURES, programs.vectors(), true);
      var checked = CodeSize.of(generator, FEATURES, programs.performance(), true);
      var unchecked = CodeSize.of(generator, FEATURES, programs.performance(), false);
      table.row(
          generator.arch(),
          two(vectors.ratio()),
          two(vectors.bytesEach()),
          two(checked.ratio()),
          two(checked.bytesEach()),
          two(unchecked.ratio()),
          two(unchecked.bytesEach()));
      json.put("insns_" + generator.arch(), checked.ratio());
      json.put("insns_unchecked_" + generator.arch(), unchecked.ratio());
    }
    return table;
  }

  /**
   * The times of one program: compiled by gcc, machine code without and with checks, interpreted.
   */
  private record Times(Timing gcc, Timing unchecked, Timing checked, Timing interpreted) {

    void agree(String name) throws IOException {
      for (var other : List.of(unchecked, checked, interpreted)) {
        if (other.result() != gcc.result()) {
          throw new IOException(
              "%s gives %x where gcc's gives %x".formatted(name, other.result(), gcc.result()));
        }
      }
    }
  }

  private Table speeds(List<Program> programs, int runs, int millis) throws IOException {
    var table =
        new Table(
            "ns a run",
            "gcc -O2",
            "unchecked",
            "times gcc",
            "checked",
            "times gcc",
            "interpreter",
            "times gcc");
    var times = new TreeMap<String, Times>();
    try (var speed = new Speed(MEMORY_BYTES, runs, millis)) {
      for (var program : programs) {
        System.err.printf("jitalloc bench: %s …%n", program.name());
        var all =
            new Times(
                new GccPrograms(folder).time(program.name(), MEMORY_BYTES, runs, millis),
                speed.time(program, Engine.JIT, MemoryChecks.UNCHECKED),
                speed.time(program, Engine.JIT, MemoryChecks.CHECKED),
                speed.time(program, Engine.INTERPRETER, MemoryChecks.CHECKED));
        all.agree(program.name());
        times.put(program.name(), all);
      }
    }
    var empty = times.get(EMPTY);
    if (empty == null) {
      throw new IOException("there is no program " + EMPTY);
    }
    var mean = new Mean();
    times.forEach((name, all) -> row(table, name, all, empty, mean));
    json.put("times_gcc_unchecked", mean.unchecked()).put("times_gcc_checked", mean.checked());
    table.row("geometric mean", "", "", two(mean.unchecked()), "", two(mean.checked()), "", "");
    return table;
  }

  private static void row(Table table, String name, Times all, Times empty, Mean mean) {
    boolean none = name.equals(EMPTY);
    double unchecked = ratio(all.unchecked, empty.unchecked, all.gcc, empty.gcc, none);
    double checked = ratio(all.checked, empty.checked, all.gcc, empty.gcc, none);
    double interpreted = ratio(all.interpreted, empty.interpreted, all.gcc, empty.gcc, none);
    if (!none) {
      mean.add(unchecked, checked);
    }
    table.row(
        name,
        all.gcc.nanos(),
        all.unchecked.nanos(),
        two(unchecked),
        all.checked.nanos(),
        two(checked),
        all.interpreted.nanos(),
        two(interpreted));
  }

  /** {@return the ratio of the times without the cost of a call} */
  private static double ratio(Timing ours, Timing empty, Timing gcc, Timing none, boolean whole) {
    return whole
        ? ours.nanos() / gcc.nanos()
        : (ours.nanos() - empty.nanos()) / (gcc.nanos() - none.nanos());
  }

  /** The geometric mean of ratios. */
  private static final class Mean {
    private double unchecked;
    private double checked;
    private int count;

    void add(double ofUnchecked, double ofChecked) {
      unchecked += Math.log(ofUnchecked);
      checked += Math.log(ofChecked);
      count++;
    }

    double unchecked() {
      return Math.exp(unchecked / count);
    }

    double checked() {
      return Math.exp(checked / count);
    }
  }

  private static String two(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }
}
