package org.jitalloc.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jitalloc.JitAlloc;
import org.jitalloc.bench.calls.CallTimes;
import org.jitalloc.bench.calls.Calls;
import org.jitalloc.bench.calls.Layout;
import org.jitalloc.bench.code.X86;
import org.jitalloc.bench.report.JsonLine;
import org.jitalloc.bench.report.Median;
import org.jitalloc.bench.report.Table;

/**
 * {@code bench calls}: small functions, packed on huge pages, packed on small pages, and one on
 * each page. The parent starts a process for each layout alternately; with {@code --layout} this is
 * such a process.
 */
final class CallsCommand implements Command {
  private static final String MODE = "-Djitalloc.memory.mode=";
  private static final int FUNCTIONS = 10_000;
  private static final int RUNS = 3;
  private static final int PAGE_BYTES = 4096;

  /** The smallest size, and a typical size of code of a JIT compiler. */
  private static final int[] SIZES = {64, 330};

  @Override
  public void run(List<String> words) throws UsageException, IOException {
    var arguments =
        Arguments.parse(words, Set.of(), Set.of("--functions", "--bytes", "--runs", "--layout"));
    arguments.operands();
    int functions = arguments.number("--functions", FUNCTIONS, 1, 1_000_000);
    int bytes = arguments.number("--bytes", 0, 6, PAGE_BYTES);
    int runs = arguments.number("--runs", RUNS, 1, 1000);
    String layout = arguments.text("--layout", "");
    if (layout.isEmpty()) {
      X86.require(JitAlloc.host());
      for (int size : bytes == 0 ? SIZES : new int[] {bytes}) {
        compare(functions, size, runs);
      }
      return;
    }
    Layout wanted =
        Layout.of(layout).orElseThrow(() -> new UsageException("there is no layout " + layout));
    System.out.println(
        new Calls(JitAlloc.host(), wanted, functions, bytes == 0 ? SIZES[0] : bytes)
            .measure()
            .line());
  }

  private static void compare(int functions, int bytes, int runs) throws IOException {
    Map<Layout, List<CallTimes>> times = new EnumMap<>(Layout.class);
    for (int i = 0; i < runs; i++) {
      for (Layout layout : Layout.values()) {
        System.err.printf("jitalloc bench: %d B, %s …%n", bytes, layout.title());
        times
            .computeIfAbsent(layout, _ -> new ArrayList<>())
            .add(inProcessOfItsOwn(layout, functions, bytes));
      }
    }
    var table =
        new Table(
            "%,d functions of %d B".formatted(functions, bytes),
            "ns/call",
            "pages touched",
            "page size",
            "reserved",
            "memory mode");
    var json = new JsonLine().put("functions", functions).put("bytes", bytes);
    times.forEach(
        (layout, results) -> {
          double nanos = Median.of(results.stream().map(CallTimes::nsPerCall).toList());
          var last = results.getLast();
          table.row(
              layout.title(),
              nanos,
              last.pages(),
              last.pageBytes(),
              last.reservedBytes(),
              last.mode());
          json.put("ns_" + layout.word(), nanos).put("pages_" + layout.word(), last.pages());
        });
    System.out.println(table);
    System.out.println(json);
  }

  private static CallTimes inProcessOfItsOwn(Layout layout, int functions, int bytes)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(flag -> !flag.startsWith(MODE))
        .forEach(command::add);
    if (layout != Layout.PACKED_HUGE) {
      command.add(MODE + layout.mode());
    }
    command.addAll(List.of("-cp", System.getProperty("java.class.path", "")));
    command.addAll(List.of(Main.class.getName(), ".", "calls", "--layout", layout.word()));
    command.addAll(List.of("--functions", "" + functions, "--bytes", "" + bytes));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try (var out = process.getInputStream()) {
      var line = new String(out.readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new IOException("the process for %s failed".formatted(layout.title()));
      }
      return CallTimes.parse(line);
    } catch (InterruptedException interrupted) {
      process.destroy();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while measuring", interrupted);
    }
  }
}
