package org.jitalloc.kprobes;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.jitalloc.JitAlloc;
import org.jitalloc.JitAllocator;
import org.jitalloc.arch.tck.SiteForm;
import org.jitalloc.ftrace.CurrentTracer;
import org.jitalloc.ftrace.Ftrace;
import org.jitalloc.ftrace.Registration;
import org.jitalloc.ftrace.TraceSize;
import org.jitalloc.ftrace.plain.Ftraces;
import org.jitalloc.ftrace.run.LocalFtrace;
import org.jitalloc.kprobes.plain.KprobesFactory;
import org.jitalloc.kprobes.run.LocalKprobes;
import org.jitalloc.text.TextPatcher.KnownText;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A probe at the call site of a function that is traced: both see each call, whoever came first and
 * whoever goes first.
 */
@ParameterizedClass
@MethodSource("org.jitalloc.arch.tck.SiteForm#here")
class ProbeAndTracerTest {
  private static final int STEPS = Integer.getInteger("jitalloc.test.probes.rounds", 2000) / 5;
  private static final TraceSize SIZE = new TraceSize(16, 1024, 64, 1000);

  private final SiteForm form;
  private final JitAllocator allocator = JitAlloc.host();
  private final AtomicLong called = new AtomicLong();
  private final TracedSums text = new TracedSums(allocator, 1);
  private final byte[] before = text.memory().read(0, (int) text.memory().bytes());
  private final MethodHandle function =
      text.memory().function(0, FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG));

  ProbeAndTracerTest(SiteForm form) {
    this.form = form;
  }

  @AfterEach
  void unload() {
    assertArrayEquals(before, text.memory().read(0, before.length), "nothing is left");
    text.memory().close();
  }

  private long site() {
    return text.site(0);
  }

  private long call(long a, long b) {
    try {
      return (long) function.invokeExact(a, b);
    } catch (Throwable failure) {
      throw new AssertionError(failure);
    }
  }

  /** How often each of the two saw three calls. */
  private record Seen(long hits, long events) {}

  private Seen seen(Probe probe, Ftrace ftrace) {
    long hits = probe.hits();
    long events = ftrace.trace().written();
    for (int i = 0; i < 3; i++) {
      assertEquals(7 + i, call(3 + i, 4));
    }
    return new Seen(probe.hits() - hits, ftrace.trace().written() - events);
  }

  private static void know(LocalKprobes probes, LocalFtrace ftrace) {
    ftrace.originalText(probes);
    probes.lender(ftrace);
  }

  @Test
  void anyOrder_bothSeeEachCall() {
    List<ProbeRequest> requests =
        List.of(
            ProbeRequest.counting(),
            ProbeRequest.before(_ -> {}),
            ProbeRequest.before(_ -> {}).byBreakpoint(),
            ProbeRequest.counting().byBreakpoint());
    try (LocalKprobes probes = KprobesFactory.of(allocator);
        LocalFtrace ftrace = Ftraces.of(form.of(allocator), SIZE)) {
      know(probes, ftrace);
      probes.add(text);
      try (KnownText _ = ftrace.add(text)) {
        for (ProbeRequest request : requests) {
          Probe first = probes.register(site(), request);
          assertEquals(new Seen(3, 0), seen(first, ftrace));
          assertEquals(request.optimized(), first.isOptimized());
          ftrace.tracer(CurrentTracer.FUNCTION);
          assertEquals(new Seen(3, 3), seen(first, ftrace));
          assertEquals(request.optimized(), first.isOptimized());
          first.close();
          assertEquals(new Seen(0, 3), seen(first, ftrace));
          Probe second = probes.register(site(), request);
          assertEquals(new Seen(3, 3), seen(second, ftrace));
          assertEquals(request.optimized(), second.isOptimized());
          second.disable();
          assertEquals(new Seen(0, 3), seen(second, ftrace));
          ftrace.tracer(CurrentTracer.NOP);
          assertEquals(new Seen(0, 0), seen(second, ftrace));
          ftrace.tracer(CurrentTracer.FUNCTION_GRAPH);
          second.enable();
          assertEquals(new Seen(3, 6), seen(second, ftrace));
          ftrace.tracer(CurrentTracer.NOP);
          assertEquals(new Seen(3, 0), seen(second, ftrace));
          second.close();
        }
      }
    }
  }

  @Test
  void handlersOnBothSides_andReturns_beforeTheTracer() {
    try (LocalKprobes probes = KprobesFactory.of(allocator);
        LocalFtrace ftrace = Ftraces.of(form.of(allocator), SIZE)) {
      know(probes, ftrace);
      probes.add(text);
      var order = new ArrayList<String>();
      try (KnownText _ = ftrace.add(text);
          Registration _ = ftrace.attach((_, _) -> order.add("traced"), "sum0")) {
        probes.register(
            site(),
            new ProbeRequest(_ -> order.add("before"), _ -> order.add("after"), true, true));
        assertEquals(7, call(3, 4));
        assertEquals(List.of("before", "after", "traced"), order);
        if (text.sitesAreFirst()) {
          order.clear();
          probes.registerReturn(
              site(),
              ReturnProbeRequest.of(
                  r -> {
                    order.add("returns");
                    r.set(text.result(), r.get(text.result()) + 100);
                  }));
          ftrace.tracer(CurrentTracer.FUNCTION_GRAPH);
          assertEquals(107, call(3, 4));
          assertEquals(List.of("before", "after", "traced", "returns"), order);
          assertEquals(2, ftrace.trace().written(), "the call and its return");
        }
      }
    }
  }

  /** The tracer comes when the probe is there: it sees what is under it. */
  @Test
  void tracerThatComesLate_andGoesFirst() {
    try (LocalKprobes probes = KprobesFactory.of(allocator)) {
      probes.add(text);
      Probe probe = probes.register(site(), ProbeRequest.counting());
      for (int i = 0; i < 3; i++) {
        LocalFtrace ftrace = Ftraces.of(form.of(allocator), SIZE);
        if (i % 2 == 0) {
          know(probes, ftrace);
        } else {
          ftrace.originalText(probes);
        }
        KnownText _ = ftrace.add(text);
        if (i % 2 == 1) {
          probes.lender(ftrace);
        }
        ftrace.tracer(CurrentTracer.FUNCTION);
        assertEquals(new Seen(3, 3), seen(probe, ftrace));
        if (i == 1) {
          probes.lender(null);
        }
        ftrace.close();
        long hits = probe.hits();
        assertEquals(7, call(3, 4));
        assertEquals(hits + 1, probe.hits());
        assertTrue(probe.isOptimized());
      }
    }
  }

  @Test
  void textThatIsRegisteredAgain_isBorrowedAgain() {
    try (LocalKprobes probes = KprobesFactory.of(allocator);
        LocalFtrace ftrace = Ftraces.of(form.of(allocator), SIZE)) {
      know(probes, ftrace);
      probes.add(text);
      KnownText first = ftrace.add(text);
      Probe probe = probes.register(site(), ProbeRequest.counting());
      first.close();
      try (KnownText _ = ftrace.add(text)) {
        ftrace.tracer(CurrentTracer.FUNCTION);
        assertEquals(new Seen(3, 3), seen(probe, ftrace));
      }
    }
  }

  @Test
  void probesThatGoFirst_leaveTheTracer() {
    try (LocalFtrace ftrace = Ftraces.of(form.of(allocator), SIZE)) {
      KnownText _ = ftrace.add(text);
      ftrace.tracer(CurrentTracer.FUNCTION);
      LocalKprobes probes = KprobesFactory.of(allocator);
      know(probes, ftrace);
      probes.add(text);
      Probe probe = probes.register(site(), ProbeRequest.before(_ -> {}));
      assertEquals(new Seen(3, 3), seen(probe, ftrace));
      probes.close();
      assertEquals(new Seen(0, 3), seen(probe, ftrace));
      ftrace.tracer(CurrentTracer.NOP);
      assertEquals(new Seen(0, 0), seen(probe, ftrace));
    }
  }

  /** Any history of the two: after each step each sees the calls, or not, as it should. */
  @Test
  void anyHistory() {
    long seed = new Random().nextLong();
    var random = new Random(seed);
    try (LocalKprobes probes = KprobesFactory.of(allocator);
        LocalFtrace ftrace = Ftraces.of(form.of(allocator), SIZE)) {
      know(probes, ftrace);
      probes.add(text);
      var live = new ArrayList<Probe>();
      try (KnownText _ = ftrace.add(text)) {
        Registration callback = null;
        for (int step = 0; step < STEPS; step++) {
          switch (random.nextInt(5)) {
            case 0 -> ftrace.tracer(CurrentTracer.values()[random.nextInt(3)]);
            case 1 -> {
              if (callback == null) {
                callback = ftrace.attach((_, _) -> called.incrementAndGet(), "");
              } else {
                callback.close();
                callback = null;
              }
            }
            case 2 -> {
              ProbeRequest request =
                  random.nextBoolean() ? ProbeRequest.counting() : ProbeRequest.before(_ -> {});
              live.add(
                  probes.register(site(), random.nextBoolean() ? request : request.byBreakpoint()));
            }
            case 3 -> {
              if (!live.isEmpty()) {
                live.remove(random.nextInt(live.size())).close();
              }
            }
            default -> {
              if (live.isEmpty()) {
                continue;
              }
              Probe one = live.get(random.nextInt(live.size()));
              if (one.isEnabled()) {
                one.disable();
              } else {
                one.enable();
              }
            }
          }
          check(live, ftrace, callback != null, "step " + step + ", seed " + seed);
        }
      }
    }
  }

  private void check(List<Probe> live, Ftrace ftrace, boolean attached, String where) {
    long[] hits = live.stream().mapToLong(Probe::hits).toArray();
    long events = ftrace.trace().written();
    long calls = called.get();
    assertEquals(7, call(3, 4), where);
    for (int i = 0; i < hits.length; i++) {
      int more = live.get(i).isEnabled() ? 1 : 0;
      assertEquals(hits[i] + more, live.get(i).hits(), where);
    }
    int written =
        switch (ftrace.tracer()) {
          case FUNCTION -> 1;
          case FUNCTION_GRAPH -> 2;
          default -> 0;
        };
    assertEquals(events + written, ftrace.trace().written(), where);
    assertEquals(calls + (attached ? 1 : 0), called.get(), where);
  }
}
