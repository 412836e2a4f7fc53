package org.jitalloc.ftrace.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jitalloc.Allocation;
import org.jitalloc.Instruction;
import org.jitalloc.JitAlloc;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;
import org.jitalloc.JitAllocator;
import org.jitalloc.Purpose;
import org.jitalloc.ftrace.CurrentTracer;
import org.jitalloc.ftrace.Ftrace;
import org.jitalloc.ftrace.TraceSize;
import org.jitalloc.ftrace.TracedFunction;
import org.jitalloc.ftrace.plain.Ftraces;
import org.jitalloc.ftrace.testing.CLibrary;
import org.jitalloc.ftrace.testing.Called;
import org.jitalloc.ftrace.testing.PlainText;
import org.jitalloc.text.TextPatcher.KnownText;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Kernels that do not run: trampolines are placed within reach, sites call them, and go back. */
final class ImageTest {
  private static final int FUNCTIONS = 200;
  private static final int APART = 32;
  private static final TraceSize SIZE = new TraceSize(4, 16, 16, 100);

  /** A site that is ready, where its call is in it, and what a call looks like there. */
  private record Kernel(String site, int callOffset) {
    static Kernel of(String arch) {
      return switch (arch) {
        case "amd64" -> new Kernel("0f1f440000", 0);
        case "arm64" -> new Kernel("e9031eaa1f2003d5", 4);
        default -> new Kernel("c00400000000", 0);
      };
    }
  }

  private static PlainText module(JitAllocator image, String name) {
    byte[] site = HexFormat.of().parseHex(Kernel.of(image.target().arch()).site);
    var code = new byte[FUNCTIONS * APART];
    Map<Integer, String> sites = new TreeMap<>();
    for (int i = 0; i < FUNCTIONS; i++) {
      System.arraycopy(site, 0, code, i * APART, site.length);
      sites.put(i * APART, name + "_" + i);
    }
    PlainText text = PlainText.forming(image, name, code, sites);
    text.memory().publish();
    return text;
  }

  private static Set<Long> called(Ftrace ftrace) {
    Set<Long> called = new HashSet<>();
    for (TracedFunction function : ftrace.functions()) {
      called.add(function.calls());
    }
    called.remove(0L);
    return called;
  }

  private static List<Allocation> trampolines(JitAllocator image) {
    return image.allocations().stream()
        .filter(a -> a.purpose() == Purpose.FTRACE && a.type().isText())
        .toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"amd64", "arm64", "s390x"})
  void sitesOfModules_callTrampolines_andAreAsBeforeAtTheEnd(String arch) {
    JitAllocator image = JitAlloc.newImage("ftrace", arch);
    PlainText module = module(image, "mod");
    byte[] before = module.memory().read(0, FUNCTIONS * APART);
    Kernel kernel = Kernel.of(arch);
    LocalFtrace ftrace = Ftraces.of(image, SIZE);
    ftrace.add(module);
    for (CurrentTracer tracer : List.of(CurrentTracer.FUNCTION, CurrentTracer.FUNCTION_GRAPH)) {
      ftrace.tracer(tracer);
      assertEquals(1, called(ftrace).size());
      long entry = called(ftrace).iterator().next();
      assertTrue(trampolines(image).stream().anyMatch(a -> a.span().contains(entry)));
      for (int i = 0; i < FUNCTIONS; i++) {
        assertCalls(image, module, i * APART + kernel.callOffset, entry);
      }
    }
    ftrace.close();
    assertArrayEquals(before, module.memory().read(0, FUNCTIONS * APART));
    assertEquals(List.of(), trampolines(image));
  }

  private static void assertCalls(JitAllocator image, PlainText module, int offset, long entry) {
    Called called = Called.by(image, module.memory().address() + offset);
    assertEquals(entry, called.tracer());
    assertEquals(image.target().arch().equals("s390x"), called.trampoline() != 0);
  }

  /** As modules are compiled for kernels: with the call sites of the architecture's compiler. */
  @ParameterizedTest
  @ValueSource(strings = {"amd64", "arm64", "s390x"})
  void compiledFunctions_callTrampolines_andAreAsBeforeAtTheEnd(String arch) {
    JitAllocator image = JitAlloc.newImage("ftrace", arch);
    int callOffset = Kernel.of(arch).callOffset;
    try (CLibrary library = CLibrary.of(image, "lib")) {
      LocalFtrace ftrace = Ftraces.of(image, SIZE);
      ftrace.add(library);
      library.publish();
      byte[] before = library.memory().read(0, (int) library.memory().bytes());
      List<TracedFunction> functions = ftrace.functions();
      assertTrue(functions.size() > 5, functions.toString());
      ftrace.filter("top", false);
      for (CurrentTracer tracer : List.of(CurrentTracer.FUNCTION, CurrentTracer.FUNCTION_GRAPH)) {
        ftrace.tracer(tracer);
        long entry = called(ftrace).iterator().next();
        for (TracedFunction function : functions) {
          Called called = Called.by(image, function.address() + callOffset);
          assertEquals(function.name().equals("top") ? entry : 0, called.tracer());
        }
      }
      ftrace.close();
      assertArrayEquals(before, library.memory().read(0, before.length));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"amd64", "arm64", "s390x"})
  void aSiteThatSomebodyChanged_stopsAll_andIsNamed(String arch) {
    JitAllocator image = JitAlloc.newImage("ftrace", arch);
    PlainText first = module(image, "first");
    PlainText second = module(image, "second");
    LocalFtrace ftrace = Ftraces.of(image, SIZE);
    ftrace.add(first);
    ftrace.add(second);
    ftrace.tracer(CurrentTracer.FUNCTION);
    long offset = 7L * APART + Kernel.of(arch).callOffset;
    long address = second.memory().address() + offset;
    byte[] call = second.memory().read(offset, image.poker().siteBytes());
    image
        .poker()
        .poke(
            new org.jitalloc.Poke(
                second.memory(),
                offset,
                new Instruction.Raw(call),
                new Instruction.Raw(
                    image.poker().encode(new Instruction.Jump(address + APART), address))));
    byte[] before = first.memory().read(0, FUNCTIONS * APART);
    List<Allocation> trampolines = trampolines(image);

    JitAllocException failure =
        assertThrows(JitAllocException.class, () -> ftrace.tracer(CurrentTracer.FUNCTION_GRAPH));

    assertEquals(Reason.TEXT_MISMATCH, failure.reason());
    assertTrue(failure.getMessage().contains("second_7 [second]"), failure.getMessage());
    assertEquals(CurrentTracer.FUNCTION, ftrace.tracer());
    assertEquals(trampolines, trampolines(image));
    assertArrayEquals(before, first.memory().read(0, FUNCTIONS * APART));
  }

  @ParameterizedTest
  @ValueSource(strings = {"amd64", "arm64", "s390x"})
  void textThatGoes_takesItsFunctionsAlong(String arch) {
    JitAllocator image = JitAlloc.newImage("ftrace", arch);
    PlainText module = module(image, "mod");
    byte[] before = module.memory().read(0, FUNCTIONS * APART);
    try (LocalFtrace ftrace = Ftraces.of(image, SIZE)) {
      try (KnownText _ = ftrace.add(module)) {
        ftrace.tracer(CurrentTracer.FUNCTION);
        assertEquals(FUNCTIONS, ftrace.functions().size());
      }
      assertEquals(List.of(), ftrace.functions());
      assertEquals(List.of(), trampolines(image));
      assertArrayEquals(before, module.memory().read(0, FUNCTIONS * APART));
    }
  }
}
