package org.jitalloc.ftrace.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jitalloc.JitAlloc;
import org.jitalloc.JitAllocator;
import org.jitalloc.Purpose;
import org.jitalloc.ftrace.CurrentTracer;
import org.jitalloc.ftrace.TraceSize;
import org.jitalloc.ftrace.plain.Ftraces;
import org.jitalloc.ftrace.testing.PlainText;
import org.jitalloc.test.support.FailingCalls;
import org.jitalloc.test.support.StepError;
import org.jitalloc.text.TextPatcher.KnownText;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whichever call of the allocator throws an Error, nothing is left, and tracing goes on. */
final class ErrorStepsTest {
  private static final int MOST_STEPS = 2000;
  private static final TraceSize SIZE = new TraceSize(4, 16, 16, 100);

  private final FailingCalls calls = new FailingCalls();

  @ParameterizedTest
  @CsvSource({"amd64, 0f1f440000c3", "s390x, c0040000000007fe"})
  void anErrorAtEachStep_leavesNothing(String arch, String hex) {
    JitAllocator image = JitAlloc.newImage("ftrace-errors-" + arch, arch);
    byte[] code = HexFormat.of().parseHex(hex);
    PlainText text = PlainText.forming(image, "m", code, Map.of(0, "f"));
    text.memory().publish();
    boolean failed = true;
    int step = 0;
    for (; failed && step < MOST_STEPS; step++) {
      failed = failAt(step, image, text, code);
    }
    assertTrue(step > 15 && step < MOST_STEPS, "steps: " + step);
  }

  private boolean failAt(int step, JitAllocator image, PlainText text, byte[] code) {
    var ftrace = Ftraces.of(calls.proxy(JitAllocator.class, image), SIZE);
    String when = "step " + step;
    calls.failAt(step);
    try {
      KnownText known = ftrace.add(text);
      ftrace.tracer(CurrentTracer.FUNCTION);
      ftrace.filter("f", false);
      ftrace.tracer(CurrentTracer.NOP);
      known.close();
      ftrace.close();
    } catch (StepError expected) {
      when += " " + expected.getMessage();
    }
    boolean failed = calls.stop();
    ftrace.close();
    assertEquals(List.of(), ftrace.functions().stream().filter(f -> f.users() > 0).toList(), when);
    assertArrayEquals(code, text.memory().read(0, code.length), when);
    long left = image.allocations().stream().filter(a -> a.purpose() == Purpose.FTRACE).count();
    assertEquals(0, left, when);
    return failed;
  }
}
