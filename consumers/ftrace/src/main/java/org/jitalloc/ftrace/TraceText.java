package org.jitalloc.ftrace;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jitalloc.ftrace.TraceEvent.CalledFrom;
import org.jitalloc.ftrace.TraceEvent.Took;

/**
 * Writes a trace as the kernel's file {@code trace} has it, without what only a kernel knows of
 * each event.
 */
public final class TraceText {
  private static final String FUNCTION_HEAD =
      """
      #           TASK-PID       TIMESTAMP  FUNCTION
      #              | |            |         |
      """;
  private static final String GRAPH_HEAD =
      """
      #         TASK/PID         DURATION                  FUNCTION CALLS
      #          |    |           |   |                     |   |   |   |
      """;
  private static final String DURATION_WIDTH = "%-15s";

  private final Trace trace;
  private final StringBuilder out = new StringBuilder();
  private final Map<Integer, String> tasks = new HashMap<>();

  private TraceText(Trace trace) {
    this.trace = trace;
  }

  /**
   * Writes a trace.
   *
   * @param trace what was recorded
   * @return its text, each line ended
   */
  public static String of(Trace trace) {
    return new TraceText(trace).text();
  }

  private String text() {
    out.append("# tracer: ").append(trace.tracer().word()).append("\n#\n");
    out.append(
        String.format(
            Locale.ROOT,
            "# entries-in-buffer/entries-written: %d/%d   #P:%d\n#\n",
            trace.events().size(),
            trace.written(),
            Runtime.getRuntime().availableProcessors()));
    boolean graph = trace.events().stream().anyMatch(e -> e.link() instanceof Took);
    out.append(graph ? GRAPH_HEAD : FUNCTION_HEAD);
    if (graph) {
      graph();
    } else {
      trace.events().forEach(this::line);
    }
    return out.toString();
  }

  private void line(TraceEvent event) {
    String parent = event.link() instanceof CalledFrom from ? from.name() : "?";
    out.append(
        String.format(
            Locale.ROOT,
            "%16s-%-7d %5d.%06d: %s <-%s\n",
            task(event.thread()),
            event.thread(),
            event.nanos() / 1_000_000_000,
            event.nanos() / 1000 % 1_000_000,
            event.function(),
            parent));
  }

  /** A call that is followed by its own return is one line. */
  private void graph() {
    List<TraceEvent> events = trace.events();
    var told = new boolean[events.size()];
    Map<Integer, Integer> last = new HashMap<>();
    var next = new int[events.size()];
    for (int i = events.size() - 1; i >= 0; i--) {
      next[i] = last.getOrDefault(events.get(i).thread(), -1);
      last.put(events.get(i).thread(), i);
    }
    for (int i = 0; i < events.size(); i++) {
      if (!told[i]) {
        TraceEvent event = events.get(i);
        switch (event.link()) {
          case CalledFrom _ -> {
            int then = next[i];
            boolean leaf = then >= 0 && isReturnOf(events.get(then), event);
            if (leaf) {
              told[then] = true;
            }
            String duration = leaf ? duration(((Took) events.get(then).link()).nanos()) : "";
            graphLine(
                event, duration, event.depth() - 1, event.function() + "()" + (leaf ? ";" : " {"));
          }
          case Took took ->
              graphLine(
                  event, duration(took.nanos()), event.depth(), "} /* " + event.function() + " */");
        }
      }
    }
  }

  private static boolean isReturnOf(TraceEvent event, TraceEvent call) {
    return event.link() instanceof Took && ChromeTrace.isReturnOf(event, call);
  }

  private void graphLine(TraceEvent event, String duration, int depth, String what) {
    out.append(String.format(Locale.ROOT, "%16s-%-7d | ", task(event.thread()), event.thread()))
        .append(DURATION_WIDTH.formatted(duration))
        .append(" |  ")
        .repeat("  ", Math.max(0, depth))
        .append(what)
        .append('\n');
  }

  /** With the kernel's marks for what is long. */
  private static String duration(long nanos) {
    String mark =
        nanos > 1_000_000_000
            ? "$"
            : nanos > 100_000_000
                ? "@"
                : nanos > 10_000_000
                    ? "*"
                    : nanos > 1_000_000 ? "#" : nanos > 100_000 ? "!" : nanos > 10_000 ? "+" : " ";
    return String.format(Locale.ROOT, "%s %d.%03d us", mark, nanos / 1000, nanos % 1000);
  }

  /** The name that Linux has for a thread; as the kernel writes it where that is not known. */
  private String task(int thread) {
    return tasks.computeIfAbsent(thread, TraceText::nameOf);
  }

  static String nameOf(int thread) {
    try {
      Path name = Path.of("/proc/self/task", Integer.toString(thread), "comm");
      return Files.readString(name).strip();
    } catch (IOException gone) {
      return "<...>";
    }
  }
}
