package org.jitalloc.ftrace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Locale;
import org.jitalloc.ftrace.TraceEvent.CalledFrom;
import org.jitalloc.ftrace.TraceEvent.Took;
import org.junit.jupiter.api.Test;

/** What is written, word for word. There is no thread 0, so its name is not known. */
final class OutputTest {
  private static final int NOBODY = 0;

  private static TraceEvent call(long nanos, String function, String from, int depth) {
    return new TraceEvent(
        nanos, NOBODY, function, function.hashCode(), new CalledFrom(1, from), depth);
  }

  private static TraceEvent end(long nanos, String function, long took, int depth) {
    return new TraceEvent(nanos, NOBODY, function, function.hashCode(), new Took(took), depth);
  }

  private static Trace trace(CurrentTracer tracer, TraceEvent... events) {
    return new Trace(
        tracer, List.of(events), 0, List.of(new ThreadCounts(NOBODY, events.length, 0, 0, 0)), 0);
  }

  private static String body(String text) {
    return text.lines().filter(line -> !line.startsWith("#")).reduce("", (a, b) -> a + b + "\n");
  }

  private static final TraceEvent[] GRAPH = {
    call(1_000, "top", "main", 1),
    call(1_500, "leaf", "top", 2),
    end(1_623, "leaf", 123, 1),
    end(2_000_000, "top", 1_999_000, 0)
  };

  @Test
  void functionTracer_isWrittenAsTheKernelDoes() {
    assertEquals(
        """
                   <...>-0           1.002003: leaf [lib] <-middle [lib]
        """,
        body(
            TraceText.of(
                trace(
                    CurrentTracer.FUNCTION,
                    call(1_002_003_004L, "leaf [lib]", "middle [lib]", 0)))));
  }

  @Test
  void graph_isWrittenWithDurations_andLeavesInOneLine() {
    assertEquals(
        """
                   <...>-0       |                 |  top() {
                   <...>-0       |   0.123 us      |    leaf();
                   <...>-0       | # 1999.000 us   |  } /* top */
        """,
        body(TraceText.of(trace(CurrentTracer.FUNCTION_GRAPH, GRAPH))));
  }

  @Test
  void header_saysWhatIsThere() {
    assertEquals(
        List.of("# tracer: function_graph", "#", "# entries-in-buffer/entries-written: 4/4"),
        TraceText.of(trace(CurrentTracer.FUNCTION_GRAPH, GRAPH))
            .lines()
            .limit(3)
            .map(line -> line.replaceAll(" +#P.*", ""))
            .toList());
  }

  @Test
  void chrome_hasASliceForEachCallThatReturned() {
    String json =
        ChromeTrace.of(trace(CurrentTracer.FUNCTION_GRAPH, GRAPH))
            .replaceAll("\"pid\":\\d+", "\"pid\":1");
    assertEquals(
        """
        {"displayTimeUnit":"ns","traceEvents":[
        {"name":"leaf","cat":"function","ph":"X","pid":1,"tid":0,"ts":1.500,"dur":0.123},
        {"name":"top","cat":"function","ph":"X","pid":1,"tid":0,"ts":1.000,"dur":1999.000},
        {"name":"thread_name","cat":"function","ph":"M","pid":1,"tid":0,"args":{"name":"<...>"}}]}\
        """,
        json);
  }

  /** One that still runs, and one that was left by longjmp: what is looked for in a hang. */
  @Test
  void chrome_hasAnInstantForEachCallWithoutReturn() {
    String json =
        ChromeTrace.of(
            trace(
                CurrentTracer.FUNCTION_GRAPH,
                call(1_000, "top", "main", 1),
                call(1_500, "left", "top", 2),
                end(2_000, "top", 1_000, 0),
                call(3_000, "hangs", "main", 1)));
    assertEquals(
        List.of("i left 1.500", "X top 1.000", "i hangs 3.000"),
        json.lines()
            .filter(line -> line.contains("\"ts\""))
            .map(
                line ->
                    line.replaceAll(
                        ".*name\":\"(\\w+)\".*ph\":\"(.)\".*ts\":([0-9.]+)[,}].*", "$2 $1 $3"))
            .toList());
  }

  @Test
  void digits_areThoseOfJson_whateverTheLocale() {
    Locale before = Locale.getDefault(Locale.Category.FORMAT);
    Locale.setDefault(Locale.Category.FORMAT, Locale.forLanguageTag("ar-EG-u-nu-arab"));
    try {
      String json = ChromeTrace.of(trace(CurrentTracer.FUNCTION_GRAPH, GRAPH));
      String text = TraceText.of(trace(CurrentTracer.FUNCTION_GRAPH, GRAPH));
      assertTrue(json.contains("\"ts\":1.500,\"dur\":0.123"), json);
      assertTrue(text.contains("0.123 us"), text);
    } finally {
      Locale.setDefault(Locale.Category.FORMAT, before);
    }
  }

  @Test
  void chrome_hasAnInstantForEachCall_andQuotesNames() {
    String json =
        ChromeTrace.of(trace(CurrentTracer.FUNCTION, call(5, "a\"b\\c", "d", 0)))
            .replaceAll("\"pid\":\\d+", "\"pid\":1");
    assertEquals(
        """
        {"displayTimeUnit":"ns","traceEvents":[
        {"name":"a\\"b\\\\c","cat":"function","ph":"i","pid":1,"tid":0,"s":"t","ts":0.005,"args":{"parent":"d"}},
        {"name":"thread_name","cat":"function","ph":"M","pid":1,"tid":0,"args":{"name":"<...>"}}]}\
        """,
        json);
  }
}
