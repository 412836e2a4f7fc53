package org.jitalloc.ftrace;

import java.util.ArrayDeque;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jitalloc.ftrace.TraceEvent.CalledFrom;
import org.jitalloc.ftrace.TraceEvent.Took;

/**
 * Writes a trace as JSON that Chrome's tracing page and Perfetto read (Trace Event Format): a call
 * whose return is known is a slice, any other an instant.
 */
public final class ChromeTrace {

  private final StringBuilder out = new StringBuilder();
  private final long process = ProcessHandle.current().pid();
  private boolean first = true;

  private ChromeTrace() {}

  /**
   * Writes a trace.
   *
   * @param trace what was recorded
   * @return a JSON object
   */
  public static String of(Trace trace) {
    return new ChromeTrace().json(trace);
  }

  private String json(Trace trace) {
    out.append("{\"displayTimeUnit\":\"ns\",\"traceEvents\":[");
    Set<Integer> threads = new LinkedHashSet<>();
    Set<TraceEvent> returned = returned(trace.events());
    for (TraceEvent event : trace.events()) {
      threads.add(event.thread());
      switch (event.link()) {
        case Took took -> slice(event, took);
        case CalledFrom from -> {
          if (!returned.contains(event)) {
            instant(event, from);
          }
        }
      }
    }
    threads.forEach(this::threadName);
    return out.append("]}").toString();
  }

  /**
   * The calls whose return is known. Of a thread it belongs to the last call of that function at
   * that depth; those that were called since have none: they were left by longjmp, or it found no
   * room.
   */
  private static Set<TraceEvent> returned(List<TraceEvent> events) {
    Set<TraceEvent> returned = Collections.newSetFromMap(new IdentityHashMap<>());
    Map<Integer, ArrayDeque<TraceEvent>> running = new HashMap<>();
    for (TraceEvent event : events) {
      ArrayDeque<TraceEvent> calls =
          running.computeIfAbsent(event.thread(), _ -> new ArrayDeque<>());
      switch (event.link()) {
        case CalledFrom _ -> calls.push(event);
        case Took _ -> {
          if (calls.stream().anyMatch(call -> isReturnOf(event, call))) {
            TraceEvent call = calls.pop();
            while (!isReturnOf(event, call)) {
              call = calls.pop();
            }
            returned.add(call);
          }
        }
      }
    }
    return returned;
  }

  static boolean isReturnOf(TraceEvent event, TraceEvent call) {
    return event.ip() == call.ip() && event.depth() == call.depth() - 1;
  }

  private void slice(TraceEvent event, Took took) {
    begin(event.function(), "X", event.thread());
    out.append(",\"ts\":").append(micros(event.nanos() - took.nanos()));
    out.append(",\"dur\":").append(micros(took.nanos())).append('}');
  }

  private void instant(TraceEvent event, CalledFrom from) {
    begin(event.function(), "i", event.thread());
    out.append(",\"s\":\"t\",\"ts\":").append(micros(event.nanos()));
    out.append(",\"args\":{\"parent\":").append(quoted(from.name())).append("}}");
  }

  private void threadName(int thread) {
    begin("thread_name", "M", thread);
    out.append(",\"args\":{\"name\":").append(quoted(TraceText.nameOf(thread))).append("}}");
  }

  private void begin(String name, String phase, int thread) {
    out.append(first ? "\n" : ",\n");
    first = false;
    out.append("{\"name\":").append(quoted(name));
    out.append(",\"cat\":\"function\",\"ph\":\"").append(phase);
    out.append("\",\"pid\":").append(process).append(",\"tid\":").append(thread);
  }

  private static String micros(long nanos) {
    return String.format(Locale.ROOT, "%d.%03d", nanos / 1000, nanos % 1000);
  }

  private static String quoted(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (char c : text.toCharArray()) {
      if (c == '"' || c == '\\') {
        quoted.append('\\').append(c);
      } else if (c < ' ') {
        quoted.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
      } else {
        quoted.append(c);
      }
    }
    return quoted.append('"').toString();
  }
}
