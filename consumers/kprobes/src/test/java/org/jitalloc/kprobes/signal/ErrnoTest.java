package org.jitalloc.kprobes.signal;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.jitalloc.JitAlloc;
import org.jitalloc.JitAllocator;
import org.jitalloc.ftrace.CurrentTracer;
import org.jitalloc.ftrace.Registration;
import org.jitalloc.ftrace.TraceSize;
import org.jitalloc.ftrace.plain.Ftraces;
import org.jitalloc.ftrace.run.LocalFtrace;
import org.jitalloc.kprobes.Probe;
import org.jitalloc.kprobes.ProbeRequest;
import org.jitalloc.kprobes.ReturnProbeRequest;
import org.jitalloc.kprobes.plain.KprobesFactory;
import org.jitalloc.kprobes.run.LocalKprobes;
import org.jitalloc.text.TextPatcher.KnownText;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** errno of probed and traced code, when Java that is called between changes it. */
@SuppressWarnings("restricted")
final class ErrnoTest {
  private static final int CALLS = 100;
  private static final MethodHandle CLOSE =
      Linker.nativeLinker()
          .downcallHandle(
              Linker.nativeLinker().defaultLookup().findOrThrow("close"),
              FunctionDescriptor.of(JAVA_INT, JAVA_INT));

  @TempDir private Path folder;
  private final JitAllocator host = JitAlloc.host();
  private final AtomicLong changed = new AtomicLong();
  private LocalKprobes probes;
  private LocalFtrace ftrace;
  private SignalLibrary library;
  private KnownText known;

  @BeforeEach
  void load() throws IOException {
    library = SignalLibrary.load(host, folder);
    ftrace = Ftraces.of(host, new TraceSize(16, 4096, 64, 20_000));
    known = ftrace.add(library);
    library.publish();
    probes = KprobesFactory.of(host);
    ftrace.originalText(probes);
    probes.lender(ftrace);
    probes.add(library);
  }

  @AfterEach
  void unload() {
    if (probes != null) {
      probes.close();
      known.close();
      ftrace.close();
      library.close();
    }
  }

  /** Has a call of the system fail, which sets errno to EBADF. */
  private void changeErrno() {
    try {
      int result = (int) CLOSE.invokeExact(-1);
      assertEquals(-1, result);
    } catch (Throwable impossible) {
      throw new AssertionError(impossible);
    }
    changed.incrementAndGet();
  }

  private void assertIsPreserved() {
    for (int value = 1; value <= CALLS; value++) {
      assertEquals(value, library.call("t_errno", value, 0));
    }
  }

  enum Kind {
    BREAKPOINT,
    JUMP,
    BEHIND,
    AT_SITE
  }

  private Probe probe(Kind kind) {
    ProbeRequest before = ProbeRequest.before(_ -> changeErrno());
    return switch (kind) {
      case BREAKPOINT -> probes.register(library.behindSite("nothing"), before.byBreakpoint());
      case JUMP -> probes.register(library.behindSite("nothing"), before);
      case BEHIND ->
          probes.register(
              library.behindSite("nothing"),
              new ProbeRequest(null, _ -> changeErrno(), true, true));
      case AT_SITE -> probes.register(library.start("nothing"), before);
    };
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void probe_whoseHandlerChangesErrno_preservesIt(Kind kind) {
    try (Probe probe = probe(kind)) {
      assertIsPreserved();
      assertEquals(CALLS, probe.hits());
      assertEquals(0, probe.failures());
    }
    assertEquals(CALLS, changed.get());
  }

  @Test
  void returnProbe_whoseHandlersChangeErrno_preservesIt() {
    var request = new ReturnProbeRequest(_ -> changeErrno(), _ -> changeErrno(), 8, true);
    try (Probe probe = probes.registerReturn(library.start("nothing"), request)) {
      assertIsPreserved();
      assertEquals(0, probe.failures());
    }
    assertEquals(2 * CALLS, changed.get());
  }

  @ParameterizedTest
  @ValueSource(strings = {"NOP", "FUNCTION", "FUNCTION_GRAPH"})
  void callbackOfTracer_thatChangesErrno_preservesIt(CurrentTracer tracer) {
    ftrace.tracer(tracer);
    try (Registration _ = ftrace.attach((_, _) -> changeErrno(), "nothing")) {
      assertIsPreserved();
    }
    assertEquals(CALLS, changed.get());
    ftrace.tracer(CurrentTracer.NOP);
  }
}
