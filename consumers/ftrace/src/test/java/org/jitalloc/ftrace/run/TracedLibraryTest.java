package org.jitalloc.ftrace.run;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jitalloc.JitAlloc;
import org.jitalloc.JitAllocator;
import org.jitalloc.arch.tck.SiteForm;
import org.jitalloc.ftrace.CurrentTracer;
import org.jitalloc.ftrace.Registration;
import org.jitalloc.ftrace.Trace;
import org.jitalloc.ftrace.TraceEvent;
import org.jitalloc.ftrace.TraceEvent.CalledFrom;
import org.jitalloc.ftrace.TraceEvent.Took;
import org.jitalloc.ftrace.TraceSize;
import org.jitalloc.ftrace.TracedFunction;
import org.jitalloc.ftrace.plain.Ftraces;
import org.jitalloc.ftrace.testing.CLibrary;
import org.jitalloc.text.TextPatcher.KnownText;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A library that gcc compiled for tracing: its calls are known, and so must be the trace, however
 * its call sites get to the tracer.
 */
@ParameterizedClass
@MethodSource("org.jitalloc.arch.tck.SiteForm#here")
final class TracedLibraryTest {
  private static final FunctionDescriptor LONG = FunctionDescriptor.of(JAVA_LONG, JAVA_LONG);
  private static final TraceSize SIZE = new TraceSize(16, 4096, 64, 100_000);

  private final SiteForm form;
  private JitAllocator host;
  private LocalFtrace ftrace;
  private CLibrary library;

  TracedLibraryTest(SiteForm form) {
    this.form = form;
  }

  @BeforeEach
  void load() {
    host = form.of(JitAlloc.host());
    ftrace = Ftraces.of(host, SIZE);
    library = CLibrary.of(host, "lib");
    ftrace.add(library);
    library.publish();
  }

  @AfterEach
  void unload() {
    if (library != null) {
      ftrace.close();
      library.close();
    }
  }

  private long call(String name, long argument) throws Throwable {
    return (long) library.call(name, LONG).invokeExact(argument);
  }

  private static List<String> calls(Trace trace) {
    return trace.events().stream()
        .filter(e -> e.link() instanceof CalledFrom)
        .map(e -> e.function().replace(" [lib]", ""))
        .toList();
  }

  /** The nesting, as brackets. */
  private static String nesting(Trace trace) {
    return trace.events().stream()
        .map(e -> e.link() instanceof CalledFrom ? "(" + e.function().replace(" [lib]", "") : ")")
        .collect(Collectors.joining());
  }

  private static void assertConserved(Trace trace, long called) {
    assertEquals(called, trace.written() + trace.dropped());
  }

  @Test
  void functionsOfTheLibrary_areKnown_andNoneIsTraced() throws Throwable {
    List<String> names = ftrace.functions().stream().map(TracedFunction::name).toList();
    assertTrue(
        names.containsAll(List.of("leaf", "middle", "top", "fib", "six", "eight")),
        names.toString());
    assertEquals(27, call("top", 5));
    assertEquals(List.of(), ftrace.trace().events());
  }

  private byte[] text() {
    return library.memory().read(0, (int) library.memory().bytes());
  }

  /** Where sites lead to trampolines, another tracer is no change of text, and off is one of it. */
  @Test
  void text_changesAsTheFormOfItsSitesSays_andIsAsBeforeAtTheEnd() {
    boolean leads = form == SiteForm.USUAL && SiteForm.here().size() > 1;
    byte[] before = text();
    ftrace.tracer(CurrentTracer.FUNCTION);
    byte[] traced = text();
    assertFalse(Arrays.equals(before, traced));
    ftrace.tracer(CurrentTracer.FUNCTION_GRAPH);
    assertEquals(leads, Arrays.equals(traced, text()));
    ftrace.tracer(CurrentTracer.NOP);
    assertEquals(!leads, Arrays.equals(before, text()));
    ftrace.close();
    assertArrayEquals(before, text());
  }

  @Test
  void functionTracer_hasEachCallInItsOrder_andWhereItCameFrom() throws Throwable {
    ftrace.tracer(CurrentTracer.FUNCTION);
    assertEquals(27, call("top", 5));
    Trace trace = ftrace.trace();
    assertEquals(List.of("top", "middle", "leaf", "leaf", "leaf"), calls(trace));
    assertEquals(
        List.of("top [lib]", "middle [lib]", "middle [lib]", "top [lib]"),
        trace.events().stream().skip(1).map(e -> ((CalledFrom) e.link()).name()).toList());
    assertConserved(trace, 5);
    assertTrue(
        IntStream.range(1, 5)
            .allMatch(i -> trace.events().get(i - 1).nanos() <= trace.events().get(i).nanos()));
  }

  @Test
  void timesAreThoseOfThisMachine_andThreadsAreThoseOfLinux() throws Throwable {
    ftrace.tracer(CurrentTracer.FUNCTION);
    long before = System.nanoTime();
    call("leaf", 1);
    long after = System.nanoTime();
    TraceEvent event = ftrace.trace().events().getFirst();
    long slack = 1_000_000;
    assertTrue(event.nanos() >= before - slack && event.nanos() <= after + slack);
    assertTrue(
        java.nio.file.Files.exists(java.nio.file.Path.of("/proc/self/task/" + event.thread())));
  }

  @Test
  void recursion_isCounted() throws Throwable {
    ftrace.tracer(CurrentTracer.FUNCTION);
    assertEquals(55, call("fib", 10));
    assertConserved(ftrace.trace(), 177);
    assertEquals(Collections.nCopies(177, "fib"), calls(ftrace.trace()));
  }

  @Test
  void graph_hasNestingAndDurations() throws Throwable {
    ftrace.tracer(CurrentTracer.FUNCTION_GRAPH);
    assertEquals(27, call("top", 5));
    Trace trace = ftrace.trace();
    assertEquals("(top(middle(leaf)(leaf))(leaf))", nesting(trace));
    List<Long> durations =
        trace.events().stream()
            .filter(e -> e.link() instanceof Took)
            .map(e -> ((Took) e.link()).nanos())
            .toList();
    long top = durations.getLast();
    assertTrue(durations.stream().allMatch(d -> d >= 0 && d <= top), durations.toString());
    assertConserved(trace, 10);
  }

  @Test
  void graph_ofAFunctionThatEndsInAJump() throws Throwable {
    ftrace.tracer(CurrentTracer.FUNCTION_GRAPH);
    assertEquals(18, call("tail", 7));
    assertEquals("(tail(leaf))", nesting(ftrace.trace()));
  }

  @Test
  void graph_survivesLongjmp() throws Throwable {
    ftrace.tracer(CurrentTracer.FUNCTION_GRAPH);
    for (int i = 0; i < 100; i++) {
      assertEquals(21 + 100, call("catcher", 20));
    }
    assertEquals(27, call("top", 5));
    String all = nesting(ftrace.trace());
    assertTrue(all.endsWith("(top(middle(leaf)(leaf))(leaf))"), all);
    assertEquals(0, ftrace.trace().events().getLast().depth());
  }

  @Test
  void graph_deeperThanItsStack_runsOn_andIsCounted() throws Throwable {
    ftrace.tracer(CurrentTracer.FUNCTION_GRAPH);
    ftrace.filter("thrower catcher", false);
    assertEquals(301, call("catcher", 200) + 0);
    Trace trace = ftrace.trace();
    assertEquals(
        201 + 1 - SIZE.depth(), trace.threads().stream().mapToLong(t -> t.unhooked()).sum());
  }

  @Test
  void argumentsAndResultsOfAllKinds_areUntouched() throws Throwable {
    FunctionDescriptor six =
        FunctionDescriptor.of(
            JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    FunctionDescriptor eight =
        FunctionDescriptor.of(
            JAVA_DOUBLE,
            Collections.nCopies(8, JAVA_DOUBLE).toArray(java.lang.foreign.MemoryLayout[]::new));
    MethodHandle ints = library.call("six", six);
    MethodHandle doubles = library.call("eight", eight);
    for (Runnable way : ways()) {
      way.run();
      assertEquals(1 + 4 + 9 + 20 + 35 + 66L, (long) ints.invokeExact(1L, 2L, 3L, 4L, 5L, 6L));
      assertEquals(
          1 + 4 + 9 + 20 + 35 + 66 + 91 + 136.0,
          (double) doubles.invokeExact(1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0));
    }
  }

  @Test
  void structuresAndVariableArguments_areUntouched() throws Throwable {
    MethodHandle variadic =
        library.call("variadic", FunctionDescriptor.of(JAVA_DOUBLE, JAVA_DOUBLE));
    for (Runnable way : ways()) {
      way.run();
      assertEquals(10.5, (double) variadic.invokeExact(1.5));
      assertEquals(36, call("both", 9));
    }
  }

  private List<Runnable> ways() {
    return List.of(
        () -> ftrace.tracer(CurrentTracer.FUNCTION),
        () -> ftrace.tracer(CurrentTracer.FUNCTION_GRAPH),
        () -> ftrace.attach((_, _) -> clobber(), ""),
        () -> ftrace.tracer(CurrentTracer.NOP));
  }

  private static double clobbered;

  private static void clobber() {
    for (int i = 0; i < 16; i++) {
      clobbered += Math.sqrt(i) * Math.sin(i);
    }
  }

  @Test
  void callbacks_areCalledForTheirFunctions_andNotByThemselves() throws Throwable {
    List<String> seen = new ArrayList<>();
    MethodHandle leaf = library.call("leaf", LONG);
    try (Registration _ =
        ftrace.attach(
            (ip, parent) -> {
              seen.add(
                  ftrace.function(ip).orElseThrow().name()
                      + "<"
                      + ftrace.function(parent).map(TracedFunction::name).orElse("?"));
              try {
                long _ = (long) leaf.invokeExact(1L);
              } catch (Throwable impossible) {
                throw new AssertionError(impossible);
              }
            },
            "leaf middle")) {
      assertEquals(27, call("top", 5));
    }
    assertEquals(27, call("top", 5));
    assertEquals(List.of("middle<top", "leaf<middle", "leaf<middle", "leaf<top"), seen);
    assertEquals(4, ftrace.trace().threads().stream().mapToLong(t -> t.nested()).sum());
    assertEquals(List.of(), ftrace.trace().events());
  }

  @Test
  void aCallbackThatThrows_disturbsNobody() throws Throwable {
    try (Registration _ =
        ftrace.attach(
            (_, _) -> {
              throw new IllegalStateException("on purpose");
            },
            "leaf")) {
      assertEquals(27, call("top", 5));
    }
  }

  @Test
  void usersOfASite_areCounted_andShareIt() throws Throwable {
    var called = new int[2];
    try (Registration _ = ftrace.attach((_, _) -> called[0]++, "leaf");
        Registration second = ftrace.attach((_, _) -> called[1]++, "leaf top")) {
      ftrace.tracer(CurrentTracer.FUNCTION);
      assertEquals(
          3,
          ftrace.functions().stream()
              .filter(f -> f.name().equals("leaf"))
              .findFirst()
              .orElseThrow()
              .users());
      call("top", 5);
      detach(second);
      call("top", 5);
    }
    assertEquals(List.of(6, 4), List.of(called[0], called[1]));
    assertConserved(ftrace.trace(), 10);
  }

  private static void detach(Registration registration) {
    registration.close();
  }

  @Test
  void filters_chooseWhatIsTraced() throws Throwable {
    ftrace.tracer(CurrentTracer.FUNCTION);
    ftrace.filter("leaf top", false);
    ftrace.notrace("top", false);
    call("top", 5);
    assertEquals(List.of("leaf", "leaf", "leaf"), calls(ftrace.trace()));
  }

  @Test
  void off_writesNothing_withoutChangingCode() throws Throwable {
    ftrace.tracer(CurrentTracer.FUNCTION);
    ftrace.on(false);
    call("top", 5);
    assertConserved(ftrace.trace(), 0);
    ftrace.on(true);
    call("leaf", 5);
    assertConserved(ftrace.trace(), 1);
  }

  @Test
  void aFullRing_dropsAndCounts() throws Throwable {
    ftrace.tracer(CurrentTracer.FUNCTION);
    call("bare", 10_000);
    Trace trace = ftrace.trace();
    assertEquals(SIZE.events(), trace.written());
    assertConserved(trace, 10_001);
    call("leaf", 1);
    assertEquals(SIZE.events() + 1, ftrace.trace().written());
  }

  @Test
  void patchableEntries_areReadyOnceTheyAreRegistered() throws Throwable {
    assumeFalse(host.target().arch().equals("s390x"), "s390x has no entries of NOPs");
    try (CLibrary other = CLibrary.patchable(host, "other")) {
      KnownText registration = ftrace.add(other);
      other.publish();
      ftrace.filter(":mod:other", false);
      ftrace.tracer(CurrentTracer.FUNCTION);
      assertEquals(27, (long) other.call("top", LONG).invokeExact(5L));
      assertEquals(
          List.of("top [other]", "middle [other]", "leaf [other]", "leaf [other]", "leaf [other]"),
          ftrace.trace().events().stream().map(TraceEvent::function).toList());
      registration.close();
      assertEquals(27, (long) other.call("top", LONG).invokeExact(5L));
      assertConserved(ftrace.trace(), 5);
    }
  }
}
