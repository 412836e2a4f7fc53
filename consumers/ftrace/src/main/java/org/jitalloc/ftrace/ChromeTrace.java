package org.jitalloc.ftrace;

import com.grack.nanojson.JsonStringWriter;
import com.grack.nanojson.JsonWriter;
import java.math.BigDecimal;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import org.jitalloc.ftrace.TraceEvent.CalledFrom;
import org.jitalloc.ftrace.TraceEvent.Took;

/**
 * Writes a trace as JSON that Chrome's tracing page and Perfetto read (Trace Event Format): a call
 * whose return is known is a slice, any other an instant.
 */
public final class ChromeTrace {

  /** One a line, for other tools. */
  private final StringJoiner events =
      new StringJoiner(",\n", "{\"displayTimeUnit\":\"ns\",\"traceEvents\":[\n", "]}");

  private final long process = ProcessHandle.current().pid();

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
    return events.toString();
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
    write(
        event(event.function(), "X", event.thread())
            .value("ts", micros(event.nanos() - took.nanos()))
            .value("dur", micros(took.nanos())));
  }

  private void instant(TraceEvent event, CalledFrom from) {
    write(
        event(event.function(), "i", event.thread())
            .value("s", "t")
            .value("ts", micros(event.nanos()))
            .object("args")
            .value("parent", from.name())
            .end());
  }

  private void threadName(int thread) {
    write(
        event("thread_name", "M", thread)
            .object("args")
            .value("name", TraceText.nameOf(thread))
            .end());
  }

  private JsonStringWriter event(String name, String phase, int thread) {
    return JsonWriter.string()
        .object()
        .value("name", name)
        .value("cat", "function")
        .value("ph", phase)
        .value("pid", process)
        .value("tid", thread);
  }

  private void write(JsonStringWriter event) {
    events.add(event.end().done());
  }

  private static BigDecimal micros(long nanos) {
    return BigDecimal.valueOf(nanos, 3);
  }
}
