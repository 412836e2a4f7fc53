package org.jitalloc.kprobes;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jitalloc.JitAlloc;
import org.jitalloc.JitAllocator;
import org.jitalloc.arch.tck.SiteForm;
import org.jitalloc.ftrace.CurrentTracer;
import org.jitalloc.ftrace.Ftrace;
import org.jitalloc.ftrace.Registration;
import org.jitalloc.ftrace.Trace;
import org.jitalloc.ftrace.TraceSize;
import org.jitalloc.ftrace.plain.Ftraces;
import org.jitalloc.ftrace.run.LocalFtrace;
import org.jitalloc.kprobes.plain.KprobesFactory;
import org.jitalloc.kprobes.run.LocalKprobes;
import org.jitalloc.text.TextPatcher.KnownText;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Four threads run two functions while callbacks and probes come and go at their call sites. What
 * sees them all the time sees each call: of the one the tracer, in events that were written or
 * dropped, and a handler; of the other a number. Results are right throughout.
 */
@ParameterizedClass
@MethodSource("org.jitalloc.arch.tck.SiteForm#here")
class BothStressTest {
  private static final int THREADS = 4;
  private static final int ROUNDS = Integer.getInteger("jitalloc.test.probes.rounds", 2000);

  /** For longer than that takes: at least so many seconds. */
  private static final Duration LEAST =
      Duration.ofSeconds(Integer.getInteger("jitalloc.test.both.seconds", 0));

  private final SiteForm form;
  private final JitAllocator allocator = JitAlloc.host();
  private final Random random = new Random();
  private TracedSums text = new TracedSums(allocator, 2);

  BothStressTest(SiteForm form) {
    this.form = form;
  }

  private static long call(MethodHandle function, long a, long b) {
    try {
      return (long) function.invokeExact(a, b);
    } catch (Throwable failure) {
      throw new AssertionError(failure);
    }
  }

  @Test
  void eventsAndHitsAreConserved() throws Exception {
    byte[] before = text.memory().read(0, (int) text.memory().bytes());
    try (LocalKprobes probes = KprobesFactory.of(allocator);
        LocalFtrace ftrace = Ftraces.of(form.of(allocator), new TraceSize(16, 1024, 64, 100))) {
      ftrace.originalText(probes);
      probes.lender(ftrace);
      probes.add(text);
      try (KnownText _ = ftrace.add(text)) {
        ftrace.filter("sum0", false);
        ftrace.tracer(CurrentTracer.FUNCTION);
        Probe handled =
            probes.register(text.site(0) + text.siteBytes(), ProbeRequest.before(_ -> {}));
        Probe counted = probes.register(text.site(1), ProbeRequest.counting());
        long calls = run(probes, ftrace);
        Trace trace = ftrace.trace();
        assertEquals(calls, trace.written() + trace.dropped());
        assertEquals(calls, handled.hits());
        assertEquals(calls, counted.hits());
        assertEquals(0, handled.missed());
        assertTrue(trace.written() > 0);
      }
    }
    assertArrayEquals(before, text.memory().read(0, before.length));
    text.memory().close();
  }

  /** {@return how often each of the functions was called} */
  private long run(Kprobes probes, Ftrace ftrace) throws Exception {
    MethodHandle[] functions = {function(0), function(1)};
    var stop = new AtomicBoolean();
    long calls = 0;
    try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
      List<Future<Long>> running = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        running.add(threads.submit(() -> runUntil(stop, functions)));
      }
      try {
        toggle(probes, ftrace, running.getFirst());
      } finally {
        stop.set(true);
      }
      for (Future<Long> one : running) {
        calls += one.get();
      }
    }
    return calls;
  }

  private MethodHandle function(int index) {
    return text.memory()
        .function(text.offset(index), FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG));
  }

  private static long runUntil(AtomicBoolean stop, MethodHandle[] functions) {
    long calls = 0;
    while (!stop.get()) {
      for (MethodHandle function : functions) {
        assertEquals(calls + 4, call(function, calls, 4));
      }
      calls++;
    }
    return calls;
  }

  private void toggle(Kprobes probes, Ftrace ftrace, Future<Long> running) {
    long end = System.nanoTime() + LEAST.toNanos();
    var live = new ArrayList<Probe>();
    var attached = new ArrayList<Registration>();
    for (int i = 0; (i < ROUNDS || System.nanoTime() < end) && !running.isDone(); i++) {
      int which = random.nextInt(2);
      switch (random.nextInt(6)) {
        case 0 -> attached.add(ftrace.attach((_, _) -> {}, "sum" + which));
        case 1 -> {
          if (!attached.isEmpty()) {
            attached.remove(random.nextInt(attached.size())).close();
          }
        }
        case 2, 3 -> {
          ProbeRequest request =
              random.nextBoolean() ? ProbeRequest.counting() : ProbeRequest.before(_ -> {});
          live.add(
              probes.register(
                  text.site(which), random.nextInt(4) == 0 ? request.byBreakpoint() : request));
        }
        case 4 -> {
          if (!live.isEmpty()) {
            live.remove(random.nextInt(live.size())).close();
          }
        }
        default -> ftrace.trace();
      }
      if (live.size() > 4) {
        live.removeFirst().close();
      }
      if (attached.size() > 4) {
        attached.removeFirst().close();
      }
    }
    attached.forEach(Registration::close);
    live.forEach(Probe::close);
  }
}
