package org.jitalloc.ftrace.run;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jitalloc.JitAlloc;
import org.jitalloc.JitAllocator;
import org.jitalloc.arch.tck.SiteForm;
import org.jitalloc.ftrace.CurrentTracer;
import org.jitalloc.ftrace.Ftrace;
import org.jitalloc.ftrace.Registration;
import org.jitalloc.ftrace.Trace;
import org.jitalloc.ftrace.TraceSize;
import org.jitalloc.ftrace.plain.Ftraces;
import org.jitalloc.ftrace.testing.CLibrary;
import org.jitalloc.text.TextPatcher.KnownText;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Threads run traced functions while tracing is switched: results stay right, no call is lost. */
@ParameterizedClass
@MethodSource("org.jitalloc.arch.tck.SiteForm#here")
final class ToggleStressTest {
  private static final FunctionDescriptor LONG = FunctionDescriptor.of(JAVA_LONG, JAVA_LONG);
  private static final int THREADS = 4;
  private static final int SWITCHES = Integer.getInteger("jitalloc.test.switches", 1500);
  private static final int CALLS_OF_FIB_12 = 465;

  private final JitAllocator host;
  private final AtomicBoolean stop = new AtomicBoolean();

  ToggleStressTest(SiteForm form) {
    host = form.of(JitAlloc.host());
  }

  private static List<FutureTask<Long>> start(Callable<Long> work) {
    List<FutureTask<Long>> tasks = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      var task = new FutureTask<Long>(work);
      Thread.ofPlatform().start(task);
      tasks.add(task);
    }
    return tasks;
  }

  private static long rounds(List<FutureTask<Long>> tasks) throws Exception {
    long sum = 0;
    for (FutureTask<Long> task : tasks) {
      try {
        sum += task.get();
      } catch (ExecutionException failure) {
        throw new AssertionError(failure.getCause());
      }
    }
    return sum;
  }

  private long runUntilStopped(MethodHandle fib, MethodHandle top) {
    try {
      long rounds = 0;
      while (!stop.get()) {
        assertEquals(144, (long) fib.invokeExact(12L));
        assertEquals(27, (long) top.invokeExact(5L));
        rounds++;
      }
      return rounds;
    } catch (Throwable failure) {
      throw new AssertionError(failure);
    }
  }

  /** As long as it is attached it is called, by this thread at least. */
  private static void calledBack(Ftrace ftrace, MethodHandle top) {
    var called = new AtomicLong();
    try (Registration _ = ftrace.attach((_, _) -> called.incrementAndGet(), "leaf")) {
      assertEquals(27, (long) top.invokeExact(5L));
    } catch (Throwable failure) {
      throw new AssertionError(failure);
    }
    assertTrue(called.get() > 0);
  }

  @Test
  void tracingIsSwitched_whileFourThreadsRun() throws Exception {
    try (LocalFtrace ftrace = Ftraces.of(host, new TraceSize(16, 1024, 64, 1));
        CLibrary library = CLibrary.of(host, "")) {
      try (KnownText _ = ftrace.add(library)) {
        library.publish();
        ftrace.textsPublished();
        MethodHandle fib = library.call("fib", LONG);
        MethodHandle top = library.call("top", LONG);
        List<FutureTask<Long>> tasks = start(() -> runUntilStopped(fib, top));
        CurrentTracer[] tracers = CurrentTracer.values();
        for (int i = 0; i < SWITCHES && !tasks.getFirst().isDone(); i++) {
          ftrace.tracer(tracers[i % tracers.length]);
          if (i % 5 == 0) {
            ftrace.filter(i % 2 == 0 ? "fib" : "", false);
          }
          if (i % 50 == 0) {
            calledBack(ftrace, top);
            ftrace.trace();
          }
        }
        stop.set(true);
        assertTrue(rounds(tasks) > 0);
        assertTrue(ftrace.trace().written() > 0);
        assertEquals(0, ftrace.trace().unplaced());
      }
    }
  }

  /** Calls are known, so what is written and what is dropped must be as many. */
  @Test
  void eventsAreConserved_whileTheyAreRead() throws Exception {
    int rounds = Math.max(1, SWITCHES / 5);
    try (LocalFtrace ftrace = Ftraces.of(host, new TraceSize(16, 256, 64, 1_000_000));
        CLibrary library = CLibrary.of(host, "")) {
      try (KnownText _ = ftrace.add(library)) {
        library.publish();
        MethodHandle fib = library.call("fib", LONG);
        ftrace.tracer(CurrentTracer.FUNCTION);
        List<FutureTask<Long>> tasks =
            start(
                () -> {
                  try {
                    long sum = 0;
                    for (int i = 0; i < rounds; i++) {
                      sum += (long) fib.invokeExact(12L);
                    }
                    return sum;
                  } catch (Throwable failure) {
                    throw new AssertionError(failure);
                  }
                });
        while (!tasks.stream().allMatch(FutureTask::isDone)) {
          ftrace.trace();
        }
        assertEquals(144L * rounds * THREADS, rounds(tasks));
        Trace trace = ftrace.trace();
        assertEquals((long) CALLS_OF_FIB_12 * rounds * THREADS, trace.written() + trace.dropped());
        assertEquals(trace.written(), trace.events().size() + trace.forgotten());
        assertTrue(trace.events().stream().allMatch(e -> e.function().equals("fib")));
      }
    }
  }
}
