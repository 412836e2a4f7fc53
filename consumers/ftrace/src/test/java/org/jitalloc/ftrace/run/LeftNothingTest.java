package org.jitalloc.ftrace.run;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.FunctionDescriptor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicLong;
import org.jitalloc.AllocationRequest;
import org.jitalloc.JitAlloc;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;
import org.jitalloc.JitAllocator;
import org.jitalloc.ModMemType;
import org.jitalloc.Purpose;
import org.jitalloc.ftrace.CurrentTracer;
import org.jitalloc.ftrace.Registration;
import org.jitalloc.ftrace.TraceSize;
import org.jitalloc.ftrace.plain.Ftraces;
import org.jitalloc.ftrace.testing.CLibrary;
import org.jitalloc.text.TextPatcher.KnownText;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A denied request leaves nothing behind, and text that goes leaves no traced function in its
 * place.
 */
final class LeftNothingTest {
  private static final FunctionDescriptor LONG = FunctionDescriptor.of(JAVA_LONG, JAVA_LONG);
  private static final TraceSize SIZE = new TraceSize(16, 1024, 64, 1000);

  private final JitAllocator host = JitAlloc.host();

  private long traceMemory() {
    return host.allocations().stream().filter(a -> a.purpose() == Purpose.FTRACE).count();
  }

  /** The host's, but for memory of a type and of tracers, which is denied. */
  private JitAllocator without(ModMemType type) {
    return (JitAllocator)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {JitAllocator.class},
            (_, method, arguments) -> {
              if (arguments != null
                  && arguments[0] instanceof AllocationRequest request
                  && request.type() == type
                  && request.purpose() == Purpose.FTRACE) {
                throw new JitAllocException(Reason.DENIED, "by this test: " + request);
              }
              try {
                return method.invoke(host, arguments);
              } catch (InvocationTargetException failure) {
                throw failure.getCause();
              }
            });
  }

  @ParameterizedTest
  @EnumSource(
      value = ModMemType.class,
      names = {"DATA", "TEXT"})
  void ringsOrCodeThatAreDenied_leaveNothing(ModMemType denied) throws Throwable {
    try (CLibrary library = CLibrary.of(host, "");
        LocalFtrace ftrace = Ftraces.of(without(denied), SIZE);
        KnownText _ = ftrace.add(library)) {
      library.publish();
      long before = traceMemory();
      for (int i = 0; i < 3; i++) {
        var failure =
            assertThrows(JitAllocException.class, () -> ftrace.tracer(CurrentTracer.FUNCTION));
        assertEquals(Reason.DENIED, failure.reason());
        assertEquals(before, traceMemory());
      }
      assertEquals(CurrentTracer.NOP, ftrace.tracer());
      assertEquals(27, (long) library.call("top", LONG).invokeExact(5L));
    }
  }

  @Test
  void sizes_thatMakeNoSense_areRefused() {
    for (int[] wrong :
        new int[][] {{3, 1024, 64, 1}, {4, 1000, 64, 1}, {4, 1024, 2, 1}, {4, 1024, 64, -1}}) {
      var failure =
          assertThrows(
              JitAllocException.class, () -> new TraceSize(wrong[0], wrong[1], wrong[2], wrong[3]));
      assertEquals(Reason.INVALID_REQUEST, failure.reason());
    }
  }

  /** A filter of functions that are gone chooses none, not all. */
  @Test
  void textThatWasChosen_isTakenBack_andTheOtherIsNotTracedInstead() throws Throwable {
    try (CLibrary stays = CLibrary.of(host, "stays");
        CLibrary goes = CLibrary.of(host, "goes");
        LocalFtrace ftrace = Ftraces.of(host, SIZE);
        KnownText _ = ftrace.add(stays)) {
      KnownText going = ftrace.add(goes);
      stays.publish();
      goes.publish();
      var called = new AtomicLong();
      ftrace.filter("top:mod:goes", false);
      ftrace.tracer(CurrentTracer.FUNCTION);
      try (Registration _ = ftrace.attach((_, _) -> called.incrementAndGet(), "leaf:mod:goes")) {
        assertEquals(27, (long) goes.call("top", LONG).invokeExact(5L));
        assertEquals(1, ftrace.trace().written());
        assertEquals(3, called.get());
        going.close();
        assertEquals(27, (long) stays.call("top", LONG).invokeExact(5L));
        assertEquals(1, ftrace.trace().written());
        assertEquals(3, called.get());
        assertTrue(ftrace.functions().stream().allMatch(f -> f.users() == 0));
      }
    }
  }
}
