package org.jitalloc.bench;

import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jitalloc.JitAlloc;
import org.jitalloc.bench.code.X86;
import org.jitalloc.bench.jmh.FunctionCall;
import org.jitalloc.bench.report.JsonLine;
import org.jitalloc.bench.report.Table;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/** {@code bench guard}: the cost of keeping code alive during a call. */
final class GuardCommand implements Command {

  @Override
  public void run(List<String> words) throws UsageException, IOException {
    Arguments.parse(words, Set.of(), Set.of()).operands();
    X86.require(JitAlloc.host());
    System.err.println("jitalloc bench: three JVMs for each of four benchmarks, about 100 seconds");
    var options =
        new OptionsBuilder()
            .include("\\." + FunctionCall.class.getSimpleName() + "\\.")
            .verbosity(VerboseMode.SILENT)
            .build();
    Collection<RunResult> results;
    try {
      results = new Runner(options).run();
    } catch (RunnerException failed) {
      throw new IOException("JMH failed: " + failed.getMessage(), failed);
    }
    Map<String, Double> nanos =
        results.stream()
            .map(RunResult::getPrimaryResult)
            .collect(Collectors.toMap(result -> result.getLabel(), result -> result.getScore()));
    report(name -> nanos.getOrDefault(name, Double.NaN));
  }

  private static void report(Function<String, Double> nanos) {
    double bare = nanos.apply("bare");
    double function = nanos.apply("function");
    double bareOfTwo = nanos.apply("bareOfTwoThreads");
    double functionOfTwo = nanos.apply("functionOfTwoThreads");
    System.out.println(
        new Table("ns a call of int add(int, int)", "bare downcall", "function()", "ratio")
            .row("one thread", bare, function, ratio(function / bare))
            .row("two threads", bareOfTwo, functionOfTwo, ratio(functionOfTwo / bareOfTwo)));
    System.out.println(
        new JsonLine()
            .put("ns_bare", bare)
            .put("ns_function", function)
            .put("ratio", function / bare)
            .put("ratio_of_two_threads", functionOfTwo / bareOfTwo));
  }

  private static String ratio(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }
}
