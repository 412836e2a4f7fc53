package org.jitalloc.kprobes;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.jitalloc.Allocation;
import org.jitalloc.AllocationRequest;
import org.jitalloc.Instruction;
import org.jitalloc.JitAlloc;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocator;
import org.jitalloc.JitMemory;
import org.jitalloc.ModMemType;
import org.jitalloc.Purpose;
import org.jitalloc.kprobes.plain.KprobesFactory;
import org.jitalloc.kprobes.run.LocalKprobes;
import org.jitalloc.text.TextFunction;
import org.jitalloc.text.TextPatcher.KnownText;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Probes in images: placed and checked, at that kernel's own addresses. */
class ImageProbeTest {
  private static final ProbeRequest NOTHING = ProbeRequest.before(_ -> {});

  /** add x0, x0, x1; cbz x0, .+8; mov x0, 7; ret. */
  private static final String ARM64 = "0000018b400000b4e00080d2c0035fd6";

  /** lea rax, [rdi + rsi]; mov rcx, rdi; ret; each of the first two is under a jump. */
  private static final String AMD64 = "488d04374889f9c3";

  private static JitMemory load(JitAllocator image, String hex) {
    byte[] code = HexFormat.of().parseHex(hex);
    JitMemory memory = image.allocate(ModMemType.TEXT, code.length);
    memory.write(0, code);
    return memory.publish();
  }

  /** lay %r2,0(%r2,%r3); lgr %r1,%r2; br %r14. */
  private static final String S390X = "e32230000071b904001207fe";

  /** Nothing is ever hit; what it takes is memory for the number and a detour without an entry. */
  @ParameterizedTest
  @CsvSource({"amd64, " + AMD64, "arm64, " + ARM64, "s390x, " + S390X})
  void countingProbe_isPlaced_andLeavesNothing(String arch, String hex) {
    JitAllocator image = JitAlloc.newImage("counting-" + arch, arch);
    JitMemory memory = load(image, hex);
    try (LocalKprobes probes = KprobesFactory.of(image)) {
      probes.add(
          new PlainText("mod", memory, List.of(new TextFunction("f", 0, (int) memory.bytes()))));
      Probe probe = probes.register(memory.address(), ProbeRequest.counting());
      assertTrue(probe.isOptimized());
      assertEquals(0, probe.hits());
      assertEquals(3, image.allocations().size(), "the text, the number, the detour");
      probe.close();
      assertEquals(0, probe.hits());
      assertEquals(1, image.allocations().size());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "amd64, " + AMD64 + ", 1, cc",
    "arm64, " + ARM64 + ", 4, 800020d4",
    "s390x, " + S390X + ", 2, 0002"
  })
  void probe_isPlaced_andTakenAway(String arch, String hex, int bytes, String breakpoint) {
    JitAllocator image = JitAlloc.newImage("probes-" + arch, arch);
    JitMemory memory = load(image, hex);
    byte[] before = memory.read(0, (int) memory.bytes());
    try (LocalKprobes probes = KprobesFactory.of(image)) {
      probes.add(new PlainText("mod", memory, List.of(new TextFunction("f", 0, before.length))));
      Probe byBreakpoint = probes.register(memory.address(), NOTHING.byBreakpoint());
      assertEquals(breakpoint, HexFormat.of().formatHex(memory.read(0, bytes)));
      byBreakpoint.close();
      assertArrayEquals(before, memory.read(0, before.length));
      Probe probe = probes.register(memory.address(), NOTHING);
      assertTrue(probe.isOptimized());
      byte[] site = memory.read(0, image.poker().siteBytes());
      assertTrue(
          detours(image, memory).stream()
              .map(a -> new Instruction.Jump(a.span().start()))
              .anyMatch(j -> Arrays.equals(site, image.poker().encode(j, memory.address()))));
      assertEquals(
          "%016x  k  f+0x0 [mod]  [OPTIMIZED]".formatted(memory.address()), probe.toString());
      probe.disable();
      assertArrayEquals(before, memory.read(0, before.length));
      assertEquals(
          "%016x  k  f+0x0 [mod]  [DISABLED]".formatted(memory.address()), probe.toString());
    }
    assertArrayEquals(before, memory.read(0, before.length));
    assertTrue(detours(image, memory).isEmpty());
  }

  private static List<Allocation> detours(JitAllocator image, JitMemory memory) {
    return image.allocations().stream().filter(a -> a.span().start() != memory.address()).toList();
  }

  @Test
  void textThatIsGone_isLeftAlone() {
    JitAllocator image = JitAlloc.newImage("probes-gone", "arm64");
    JitMemory memory = load(image, ARM64);
    try (LocalKprobes probes = KprobesFactory.of(image)) {
      var text = new PlainText("mod", memory, List.of(new TextFunction("f", 0, 16)));
      KnownText known = probes.add(text);
      Probe probe = probes.register(memory.address() + 4, NOTHING);
      memory.close();
      known.close();
      assertFalse(probe.isEnabled());
      assertTrue(probes.probes().isEmpty());
      assertThrows(ProbeRefusedException.class, () -> probes.register(probe.address(), NOTHING));
    }
    assertTrue(detours(image, memory).isEmpty());
  }

  /** The last place of modules of arm64, from which nothing of vmalloc is in reach. */
  @Test
  void detour_isWhereModulesAre_ifNothingElseIsInReach() {
    JitAllocator image = JitAlloc.newImage("probes-far", "arm64");
    byte[] code = HexFormat.of().parseHex(ARM64);
    long lowest = load(image, ARM64).address() - (1L << 30);
    JitMemory memory =
        image.allocate(AllocationRequest.of(ModMemType.TEXT, code.length).near(lowest, 1L << 29));
    memory.write(0, code);
    memory.publish();
    try (LocalKprobes probes = KprobesFactory.of(image)) {
      probes.add(new PlainText("mod", memory, List.of(new TextFunction("f", 0, 16))));
      assertTrue(probes.register(memory.address(), ProbeRequest.counting()).isOptimized());
      Allocation detour =
          image.allocations().stream()
              .filter(a -> a.purpose() == Purpose.KPROBES && a.type() == ModMemType.TEXT)
              .findFirst()
              .orElseThrow();
      long away = Math.abs(detour.span().start() - memory.address());
      assertTrue(away < 128 << 20, "detour=%s text=%s".formatted(detour, memory));
    }
  }

  @Test
  void returnProbe_forNoThread_isNoRequest() {
    var refused =
        assertThrows(JitAllocException.class, () -> new ReturnProbeRequest(null, _ -> {}, 0, true));
    assertEquals(JitAllocException.Reason.INVALID_REQUEST, refused.reason());
    assertTrue(refused.getMessage().contains("maxActive=0"), refused.getMessage());
  }
}
