package org.jitalloc.ftrace.run;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.jitalloc.JitAlloc;
import org.jitalloc.JitAllocator;
import org.jitalloc.ftrace.CurrentTracer;
import org.jitalloc.ftrace.Trace;
import org.jitalloc.ftrace.TraceEvent;
import org.jitalloc.ftrace.TraceEvent.CalledFrom;
import org.jitalloc.ftrace.TraceEvent.Took;
import org.jitalloc.ftrace.TraceSize;
import org.jitalloc.ftrace.plain.Ftraces;
import org.jitalloc.ftrace.testing.CLibrary;
import org.jitalloc.text.TextPatcher.KnownText;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was traced is in a recording of the flight recorder, each event once. */
final class FlightRecorderTest {
  private static final String NAME = "org.jitalloc.FunctionTraced";
  private static final FunctionDescriptor LONG = FunctionDescriptor.of(JAVA_LONG, JAVA_LONG);

  @TempDir Path folder;
  private final JitAllocator host = JitAlloc.host();

  private static String text(TraceEvent event) {
    String parent = event.link() instanceof CalledFrom from ? from.name() : "";
    long took = event.link() instanceof Took time ? time.nanos() : 0;
    return line(event.function(), parent, event.thread(), event.nanos(), took, event.depth());
  }

  private static String text(RecordedEvent event) {
    return line(
        event.getString("function"),
        event.getString("parent"),
        event.getInt("thread"),
        event.getLong("nanos"),
        event.getDuration("took").toNanos(),
        event.getInt("depth"));
  }

  private static String line(
      String function, String parent, int thread, long nanos, long took, int depth) {
    return "%s <- %s thread=%d nanos=%d took=%d depth=%d"
        .formatted(function, parent, thread, nanos, took, depth);
  }

  @Test
  void recording_hasEachEvent_asItWasTraced() throws Throwable {
    Path file = folder.resolve("traced.jfr");
    Trace trace;
    try (LocalFtrace ftrace = Ftraces.of(host, new TraceSize(16, 1024, 64, 1000));
        CLibrary library = CLibrary.of(host, "lib");
        KnownText _ = ftrace.add(library);
        var recording = new Recording()) {
      library.publish();
      MethodHandle top = library.call("top", LONG);
      ftrace.tracer(CurrentTracer.FUNCTION);
      assertEquals(27, (long) top.invokeExact(5L));
      ftrace.trace();
      ftrace.clear();
      recording.enable(NAME);
      recording.start();
      assertEquals(27, (long) top.invokeExact(5L));
      ftrace.tracer(CurrentTracer.FUNCTION_GRAPH);
      assertEquals(27, (long) top.invokeExact(5L));
      trace = ftrace.trace();
      recording.stop();
      recording.dump(file);
    }
    assertEquals(5 + 10, trace.events().size());
    List<RecordedEvent> recorded =
        RecordingFile.readAllEvents(file).stream()
            .filter(event -> event.getEventType().getName().equals(NAME))
            .toList();
    assertEquals(
        trace.events().stream().map(FlightRecorderTest::text).sorted().toList(),
        recorded.stream().map(FlightRecorderTest::text).sorted().toList());
    assertTrue(recorded.stream().anyMatch(event -> event.getDuration("took").toNanos() > 0));
  }
}
