package org.jitalloc.kprobes.signal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import org.jitalloc.JitAlloc;
import org.jitalloc.JitAllocator;
import org.jitalloc.ftrace.CurrentTracer;
import org.jitalloc.ftrace.ThreadCounts;
import org.jitalloc.ftrace.Trace;
import org.jitalloc.ftrace.TraceEvent.CalledFrom;
import org.jitalloc.ftrace.TraceSize;
import org.jitalloc.ftrace.plain.Ftraces;
import org.jitalloc.ftrace.run.LocalFtrace;
import org.jitalloc.kprobes.signal.SignalLibrary.Word;
import org.jitalloc.text.TextPatcher.KnownText;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tracers in threads that leave functions without returning, run handlers on alternate stacks,
 * change to other stacks, or end. Results are right, and what is called later is traced.
 */
final class TracedStacksTest {
  private static final TraceSize SIZE = new TraceSize(16, 4096, 64, 20_000);
  private static final int ROUNDS = Integer.getInteger("jitalloc.test.signals.rounds", 400);

  @TempDir private Path folder;
  private final JitAllocator host = JitAlloc.host();
  private LocalFtrace ftrace;
  private SignalLibrary library;
  private KnownText known;

  @BeforeEach
  void load() throws IOException {
    library = SignalLibrary.load(host, folder);
    ftrace = Ftraces.of(host, SIZE);
    known = ftrace.add(library);
    library.publish();
  }

  @AfterEach
  void unload() {
    if (known != null) {
      known.close();
      ftrace.close();
      library.close();
    }
  }

  /** The nesting, as brackets. */
  private static String nesting(Trace trace) {
    return trace.events().stream()
        .map(
            e ->
                e.link() instanceof CalledFrom ? "(" + e.function().replace(" [signals]", "") : ")")
        .collect(Collectors.joining());
  }

  private static long count(Trace trace, ToLongFunction<ThreadCounts> what) {
    return trace.threads().stream().mapToLong(what).sum();
  }

  /** A call of {@code deep}, which calls itself, is traced whole, and begins at depth 0. */
  private void assertIsTraced() {
    ftrace.trace();
    ftrace.clear();
    assertEquals(10, library.call("deep", 5, 0));
    Trace trace = ftrace.trace();
    assertEquals("(deep(deep(deep(deep(deep(deep))))))", nesting(trace));
    assertEquals(0, trace.events().getLast().depth());
  }

  @ParameterizedTest
  @ValueSource(strings = {"t_alternate", "t_alternate_inside"})
  void handlerOnAnAlternateStack_isTraced_andSoIsWhatItInterrupted(String name) {
    ftrace.tracer(CurrentTracer.FUNCTION_GRAPH);
    String one = "(%s(raiser(calls_leaf(leaf))(nothing)))".formatted(name);
    for (int i = 0; i < 20; i++) {
      assertEquals(4 + i, library.call(name, 4, i));
    }
    assertEquals(one.repeat(20), nesting(ftrace.trace()));
    assertIsTraced();
  }

  @Test
  void coroutine_returnsToItsCallers_inWhateverOrder() {
    long one = library.call("t_coroutine", 1, 1);
    assertEquals(1111, one);
    ftrace.tracer(CurrentTracer.FUNCTION_GRAPH);
    assertEquals(20 * one, library.call("t_coroutine", 20, 1));
    Trace trace = ftrace.trace();
    long calls = trace.events().stream().filter(e -> e.link() instanceof CalledFrom).count();
    // Of each run_coroutine nothing returns.
    assertEquals(1 + 20 * 4, calls, nesting(trace));
    assertEquals(calls - 20, trace.events().size() - calls);
  }

  @Test
  void coroutinesThatNeverEnd_giveTheirRoomBack_whenTheirStackIsUsedAgain() {
    ftrace.tracer(CurrentTracer.FUNCTION_GRAPH);
    assertEquals(1001 * 200, library.call("t_coroutine", 200, 0));
    assertEquals(0, count(ftrace.trace(), ThreadCounts::unhooked));
  }

  @ParameterizedTest
  @CsvSource({"t_jump,0", "t_maybe,0", "t_dive,50"})
  void functionsLeftByLongjmp_giveTheirRoomBack(String name, long depth) {
    long jumped = library.call(name, ROUNDS, depth);
    ftrace.tracer(CurrentTracer.FUNCTION_GRAPH);
    for (int i = 0; i < 2; i++) {
      assertEquals(jumped, library.call(name, ROUNDS, depth));
    }
    assertEquals(0, count(ftrace.trace(), ThreadCounts::unhooked));
    assertIsTraced();
  }

  @Test
  void threadsThatEndInside_giveTheirSlotsBack() throws InterruptedException {
    ftrace.tracer(CurrentTracer.FUNCTION_GRAPH);
    for (int i = 0; i < 200; i++) {
      var thread = new Thread(() -> library.call("t_once", 1, 0));
      thread.start();
      thread.join();
      if (i % SIZE.threads() == 0) {
        ftrace.trace();
      }
    }
    ftrace.trace();
    ftrace.clear();
    long before = ftrace.trace().unplaced();
    var thread = new Thread(this::assertIsTraced);
    var failures = new AtomicReference<Throwable>();
    thread.setUncaughtExceptionHandler((_, failure) -> failures.set(failure));
    thread.start();
    thread.join();
    assertNull(failures.get());
    assertEquals(before, ftrace.trace().unplaced());
  }

  @ParameterizedTest
  @CsvSource({
    "FUNCTION,0",
    "FUNCTION,1",
    "FUNCTION_GRAPH,0",
    "FUNCTION_GRAPH,1",
  })
  void handlersThatLeaveTracers_doNotEndTracing(CurrentTracer tracer, long alternate)
      throws Exception {
    ftrace.tracer(tracer);
    var last = new long[2];
    var thread =
        new Thread(
            () -> {
              last[0] = library.call("t_siglongjmp", alternate, 0);
              ftrace.trace();
              ftrace.clear();
              library.call("deep", 5, 0);
              last[1] = ftrace.trace().events().size();
            });
    thread.start();
    while (library.get(Word.READY) == 0) {
      Thread.onSpinWait();
    }
    for (int i = 0; i < ROUNDS / 10; i++) {
      library.call("t_send", 10, 500);
      if (i % 16 == 0) {
        ftrace.trace();
      }
    }
    library.set(Word.STOP, 1);
    thread.join();
    assertTrue(last[0] > 0, "no handler left what it interrupted");
    assertEquals(tracer == CurrentTracer.FUNCTION ? 6 : 12, last[1], ftrace.trace()::toString);
  }

  @ParameterizedTest
  @ValueSource(strings = {"FUNCTION", "FUNCTION_GRAPH"})
  void storm_ofSignals_changesNoResult(CurrentTracer tracer) throws Exception {
    var bad = new long[] {-1};
    var thread = new Thread(() -> bad[0] = library.call("t_storm", 0, 0));
    thread.start();
    while (library.get(Word.READY) == 0) {
      Thread.onSpinWait();
    }
    long sent = 0;
    for (int i = 0; i < ROUNDS / 10; i++) {
      sent += library.call("t_send", 10, 200);
      ftrace.tracer(i % 2 == 0 ? tracer : CurrentTracer.NOP);
      if (i % 16 == 0) {
        ftrace.trace();
      }
    }
    ftrace.tracer(CurrentTracer.NOP);
    library.set(Word.STOP, 1);
    thread.join();
    assertEquals(0, bad[0]);
    assertTrue(sent > 0);
  }
}
