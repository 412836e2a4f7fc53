package org.jitalloc.ftrace.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.HexFormat;
import java.util.List;
import java.util.ServiceLoader;
import org.jitalloc.JitAlloc;
import org.jitalloc.JitAllocator;
import org.jitalloc.arch.bpf.BpfCodeGenerator;
import org.jitalloc.bpf.BpfFaultException;
import org.jitalloc.bpf.BpfLoadOptions;
import org.jitalloc.bpf.BpfLoadOptions.Engine;
import org.jitalloc.bpf.BpfProgram;
import org.jitalloc.bpf.run.LocalRuntime;
import org.jitalloc.ftrace.CurrentTracer;
import org.jitalloc.ftrace.TraceEvent;
import org.jitalloc.ftrace.TraceEvent.Took;
import org.jitalloc.ftrace.TraceSize;
import org.jitalloc.ftrace.TracedFunction;
import org.jitalloc.ftrace.plain.Ftraces;
import org.jitalloc.support.TextPublisher.Handed;
import org.jitalloc.text.TextPatcher.KnownText;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** BPF programs that start with a call site are traced like any function. */
final class TracedProgramTest {
  /** r0 = the length of the memory; exit. */
  private static final byte[] LENGTH =
      HexFormat.of().parseHex("bf20000000000000" + "9500000000000000");

  /** r0 = the first 8 bytes of the memory; exit. */
  private static final byte[] FIRST =
      HexFormat.of().parseHex("7910000000000000" + "9500000000000000");

  private final JitAllocator host = JitAlloc.host();
  private final LocalFtrace ftrace = Ftraces.of(host, new TraceSize(4, 1024, 64, 1000));
  private final LocalRuntime runtime =
      new LocalRuntime(host, false, (text, _) -> handed(ftrace.add(text)));

  private static Handed handed(KnownText registration) {
    return new Handed() {
      @Override
      public void isLive() {}

      @Override
      public void close() {
        registration.close();
      }
    };
  }

  @BeforeEach
  void generators() {
    ServiceLoader.load(BpfCodeGenerator.class).forEach(runtime::add);
  }

  @AfterEach
  void close() {
    runtime.close();
    ftrace.close();
  }

  private BpfProgram load(String name, byte[] code, boolean traceable) {
    return runtime.load(
        code,
        BpfLoadOptions.DEFAULTS.withName(name).withEngine(Engine.JIT).withTraceable(traceable));
  }

  /** The names of the programs that were entered, in order, without what makes them unique. */
  private List<String> entered() {
    List<String> names =
        ftrace.trace().events().stream()
            .filter(event -> !(event.link() instanceof Took))
            .map(TraceEvent::function)
            .map(name -> name.replaceAll("bpf_prog_\\d+_(\\w+) \\[bpf]", "$1"))
            .toList();
    ftrace.clear();
    return names;
  }

  @Test
  void aProgram_isTraced_onlyIfItWasLoadedToBe() {
    ftrace.tracer(CurrentTracer.FUNCTION);
    try (BpfProgram traced = load("traced", LENGTH, true);
        BpfProgram plain = load("plain", LENGTH, false)) {
      assertEquals(3, traced.run(new byte[3]));
      assertEquals(2, plain.run(new byte[2]));
      assertEquals(List.of("traced"), entered());
      ftrace.tracer(CurrentTracer.NOP);
      assertEquals(5, traced.run(new byte[5]));
      assertEquals(List.of(), entered());
    }
    assertEquals(List.<TracedFunction>of(), ftrace.functions());
  }

  @Test
  void whatRunsInsteadOfAProgram_isTraced() {
    ftrace.tracer(CurrentTracer.FUNCTION);
    try (BpfProgram from = load("from", LENGTH, true);
        BpfProgram to = load("to", FIRST, true)) {
      var memory = new byte[8];
      memory[0] = 42;
      from.redirectTo(to);
      assertEquals(42, from.run(memory));
      assertEquals(List.of("to"), entered());
      from.restore();
      assertEquals(8, from.run(memory));
      assertEquals(List.of("from"), entered());
    }
  }

  @Test
  void aProgramThatIsEndedByAFault_returnsAsAnyOther() {
    ftrace.tracer(CurrentTracer.FUNCTION_GRAPH);
    try (BpfProgram traced = load("traced", FIRST, true)) {
      for (int i = 0; i < 100; i++) {
        assertThrows(BpfFaultException.class, () -> traced.run(new byte[0]));
        assertEquals(0, traced.run(new byte[8]));
      }
      long returns =
          ftrace.trace().events().stream().filter(event -> event.link() instanceof Took).count();
      assertEquals(200, returns);
      assertEquals(0, ftrace.trace().dropped());
    }
  }
}
