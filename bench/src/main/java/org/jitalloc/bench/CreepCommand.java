package org.jitalloc.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jitalloc.JitAlloc;
import org.jitalloc.bench.creep.Creep;
import org.jitalloc.bench.creep.Curve;
import org.jitalloc.bench.creep.Sample;
import org.jitalloc.bench.report.JsonLine;
import org.jitalloc.bench.report.Table;

/** {@code bench creep}: the ratio of reserved to used bytes over a long time. */
final class CreepCommand implements Command {
  private static final long OPERATIONS = 50_000_000;
  private static final int SHOWN_EVERY = 50;

  @Override
  public void run(List<String> words) throws UsageException, IOException {
    var arguments =
        Arguments.parse(words, Set.of(), Set.of("--operations", "--seed", "--svg", "--csv"));
    arguments.operands();
    long operations =
        arguments.longNumber(
            "--operations", OPERATIONS, Creep.leastOperations(), 1000 * OPERATIONS);
    long seed = arguments.longNumber("--seed", 1, 0, Long.MAX_VALUE);
    String svg = arguments.text("--svg", "");
    String csv = arguments.text("--csv", "");
    // Fails now, not after minutes.
    write(svg, "");
    write(csv, "");

    List<Sample> samples = new ArrayList<>();
    long start = System.nanoTime();
    new Creep(JitAlloc.host(), seed)
        .run(
            operations,
            sample -> {
              samples.add(sample);
              if (samples.size() % SHOWN_EVERY == 0) {
                System.err.printf(
                    Locale.ROOT,
                    "jitalloc bench: %,d operations, reserved/used %.3f%n",
                    sample.operations(),
                    sample.ratio());
              }
            });
    write(svg, new Curve(samples).svg());
    write(csv, csv(samples));
    report(samples, System.nanoTime() - start);
  }

  private static void write(String file, String text) throws UsageException {
    if (!file.isEmpty()) {
      try {
        Files.writeString(Path.of(file), text);
      } catch (IOException failed) {
        throw new UsageException("cannot write " + file + ": " + failed);
      }
    }
  }

  private static String csv(List<Sample> samples) {
    return samples.stream()
        .map(
            s ->
                "%d,%d,%s,%d,%d%n"
                    .formatted(
                        s.operations(), s.round(), s.phase(), s.usedBytes(), s.reservedBytes()))
        .collect(Collectors.joining("", "operations,round,phase,used_bytes,reserved_bytes\n", ""));
  }

  private static void report(List<Sample> samples, long nanos) {
    List<String> header = new ArrayList<>(List.of("after operations"));
    header.addAll(Creep.phases());
    header.addAll(List.of("mean", "most", "reserved"));
    var table = new Table(header.toArray(String[]::new));
    List<Double> means = new ArrayList<>();
    for (int round = 0; round < Creep.ROUNDS; round++) {
      List<Sample> ofRound = ofRound(samples, round);
      DoubleSummaryStatistics ratios =
          ofRound.stream().mapToDouble(Sample::ratio).summaryStatistics();
      means.add(ratios.getAverage());
      Sample last = ofRound.getLast();
      List<Object> row = new ArrayList<>();
      row.add(String.format(Locale.ROOT, "%,d", last.operations()));
      Creep.phases().forEach(phase -> row.add(ratio(atEndOf(phase, ofRound))));
      row.add(ratio(ratios.getAverage()));
      row.add(ratio(ratios.getMax()));
      row.add(last.reservedBytes());
      table.row(row.toArray());
    }
    long operations = samples.getLast().operations();
    System.out.println(
        "reserved/used at the end of each phase, and mean and most of the round; memory mode "
            + mode());
    System.out.println();
    System.out.println(table);
    System.out.println(
        new JsonLine()
            .put("operations", operations)
            // The first round starts without memory of a previous one.
            .put("second_round_ratio", means.get(1))
            .put("last_round_ratio", means.getLast())
            .put("creep", means.getLast() / means.get(1))
            .put("ns_per_op", (double) nanos / operations)
            .put("memory_mode", mode()));
  }

  private static List<Sample> ofRound(List<Sample> samples, int round) {
    return samples.stream().filter(sample -> sample.round() == round).toList();
  }

  private static double atEndOf(String phase, List<Sample> samples) {
    return samples.stream()
        .filter(sample -> sample.phase().equals(phase))
        .reduce((_, later) -> later)
        .orElseThrow()
        .ratio();
  }

  private static String mode() {
    return JitAlloc.host().memoryMode().name();
  }

  private static String ratio(double value) {
    return String.format(Locale.ROOT, "%.3f", value);
  }
}
