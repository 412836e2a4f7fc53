package org.jitalloc.kprobes.signal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.jitalloc.JitAlloc;
import org.jitalloc.JitAllocator;
import org.jitalloc.ftrace.CurrentTracer;
import org.jitalloc.ftrace.TraceSize;
import org.jitalloc.ftrace.plain.Ftraces;
import org.jitalloc.ftrace.run.LocalFtrace;
import org.jitalloc.kprobes.Probe;
import org.jitalloc.kprobes.ReturnProbeRequest;
import org.jitalloc.kprobes.plain.KprobesFactory;
import org.jitalloc.kprobes.run.LocalKprobes;
import org.jitalloc.text.TextPatcher.KnownText;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Return probes of functions that are left without a return, or in threads that end inside: their
 * room is given back. Functions that do return, in whatever order, return to their callers.
 */
final class ReturnProbesTest {
  private static final int ROOM = 8;
  private static final int ROUNDS = Integer.getInteger("jitalloc.test.signals.rounds", 400);

  @TempDir private Path folder;
  private final JitAllocator host = JitAlloc.host();
  private final AtomicLong returned = new AtomicLong();
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

  private Probe probe(String function) {
    return probes.registerReturn(
        library.start(function),
        new ReturnProbeRequest(null, _ -> returned.incrementAndGet(), ROOM, true));
  }

  @ParameterizedTest
  @CsvSource({"t_jump,thrower,0", "t_maybe,maybe,0", "t_dive,dive,7"})
  void functionsLeftByLongjmp_giveTheirRoomBack(String name, String function, long depth) {
    long jumped = library.call(name, ROUNDS, depth);
    try (Probe probe = probe(function)) {
      assertEquals(jumped, library.call(name, ROUNDS, depth));
      assertEquals(0, probe.missed());
      assertEquals(name.equals("t_maybe") ? ROUNDS / 2 : 0, returned.get());
    }
  }

  @Test
  void threadsThatEndInside_giveTheirRoomBack() throws InterruptedException {
    try (Probe probe = probe("maybe")) {
      for (int i = 0; i < 3 * ROOM; i++) {
        var thread = new Thread(() -> library.call("t_once", 1, 0));
        thread.start();
        thread.join();
      }
      for (int i = 0; i < 100; i++) {
        library.call("t_once", 0, 0);
      }
      assertEquals(0, probe.missed());
      assertEquals(100, returned.get());
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void functionsInterruptedOnOtherStacks_returnToTheirCallers(boolean traced) {
    if (traced) {
      ftrace.tracer(CurrentTracer.FUNCTION_GRAPH);
    }
    try (Probe _ = probe("raiser");
        Probe _ = probe("calls_leaf");
        Probe _ = probe("nothing");
        Probe _ = probe("leaf")) {
      for (int i = 1; i <= 20; i++) {
        assertEquals(4 + i, library.call("t_alternate_inside", 4, i));
        assertEquals(4L * i, returned.get());
      }
    }
    ftrace.tracer(CurrentTracer.NOP);
  }

  /** Each is the end of another, and the return address is replaced by turns. */
  @Test
  void jumpsAtTheEnd_betweenTracersAndProbes_returnToTheirCallers() {
    ftrace.tracer(CurrentTracer.FUNCTION_GRAPH);
    try (Probe _ = probe("raiser");
        Probe _ = probe("nothing")) {
      for (int i = 0; i < 100; i++) {
        assertEquals(4 + i, library.call("t_alternate_inside", 4, i));
      }
    }
    assertEquals(200, returned.get());
    assertTrue(ftrace.trace().threads().stream().allMatch(t -> t.unhooked() == 0));
  }
}
