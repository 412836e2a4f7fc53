package org.jitalloc.arch.arm64;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.ServiceLoader;
import org.jitalloc.ModMemType;
import org.jitalloc.Purpose;
import org.jitalloc.arch.AddressRange;
import org.jitalloc.arch.AddressSpaceLayout;
import org.jitalloc.arch.Arch;
import org.jitalloc.arch.JitAllocParams;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Arm64ArchTest {

  private final Arch arch = new Arm64Arch();

  @Test
  void service_isOnTheClassPath() {
    assertTrue(ServiceLoader.load(Arch.class).stream().anyMatch(p -> p.type() == Arm64Arch.class));
  }

  @Test
  void bytes_areWhatGnuAsMakes() {
    var ours = new ByteArrayOutputStream();
    ours.writeBytes(arch.trapFill());
    ours.writeBytes(arch.returnConstant(0));
    ours.writeBytes(arch.returnConstant(255));
    ours.writeBytes(arch.cacheFlush().orElseThrow());
    assertArrayEquals(
        Arm64Tools.GNU.assemble(
            """
            brk #0x100
            movz w0, #0
            ret
            movz w0, #255
            ret
            add x1, x0, x1
            mrs x2, ctr_el0
            mov x5, #4
            ubfx x3, x2, #16, #4
            lsl x3, x5, x3
            and x4, x2, #15
            lsl x4, x5, x4
            sub x6, x3, #1
            bic x6, x0, x6
            1: dc cvau, x6
            add x6, x6, x3
            cmp x6, x1
            b.lo 1b
            dsb ish
            sub x6, x4, #1
            bic x6, x0, x6
            2: ic ivau, x6
            add x6, x6, x4
            cmp x6, x1
            b.lo 2b
            dsb ish
            isb
            ret
            """),
        ours.toByteArray());
  }

  @Test
  void windows_withoutKaslr_endWithTheImage() {
    AddressSpaceLayout.Kernel kernel = arch.defaultKernel(false, 0);
    assertEquals(0xffff800080000000L, kernel.image().start());
    JitAllocParams params = arch.params(kernel, ModMemType.TEXT, Purpose.MODULES);
    long end = kernel.image().end();
    assertEquals(new AddressRange(end - (128 << 20), end), params.range());
    assertEquals(new AddressRange(end - (2L << 30), end), params.fallback());
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 2, 3, 42, -1, Long.MIN_VALUE})
  void windows_withKaslr_holdTheImageAndEachOther(long seed) {
    for (long s = seed; s < seed + 200; s++) {
      AddressSpaceLayout.Kernel kernel = arch.defaultKernel(true, s);
      assertTrue(holds(kernel.vmalloc(), kernel.image()), kernel::toString);
      JitAllocParams params = arch.params(kernel, ModMemType.TEXT, Purpose.MODULES);
      assertEquals(128L << 20, params.range().bytes());
      assertEquals(2L << 30, params.fallback().bytes());
      assertTrue(holds(params.range(), kernel.image()), params::toString);
      assertTrue(holds(params.fallback(), params.range()), params::toString);
      assertEquals(0, params.range().start() % 4096);
      assertEquals(params, arch.params(kernel, ModMemType.TEXT, Purpose.FTRACE));
    }
  }

  @Test
  void largeImage_hasNoDirectWindow() {
    AddressSpaceLayout.Kernel usual = arch.defaultKernel(false, 0);
    var image = new AddressRange(usual.image().start(), usual.image().start() + (128 << 20));
    for (boolean kaslr : List.of(false, true)) {
      JitAllocParams params =
          arch.params(
              new AddressSpaceLayout.Kernel(image, usual.vmalloc(), kaslr, 7),
              ModMemType.TEXT,
              Purpose.MODULES);
      assertEquals(2L << 30, params.range().bytes());
      assertEquals(null, params.fallback());
    }
  }

  @Test
  void imageThatFitsToThePage_hasOneDirectWindow() {
    AddressSpaceLayout.Kernel usual = arch.defaultKernel(false, 0);
    long start = usual.image().start();
    var image = new AddressRange(start, start + (128 << 20) - 1);
    JitAllocParams params =
        arch.params(
            new AddressSpaceLayout.Kernel(image, usual.vmalloc(), true, 7),
            ModMemType.TEXT,
            Purpose.MODULES);
    assertEquals(new AddressRange(start, start + (128 << 20)), params.range());
  }

  private static boolean holds(AddressRange outer, AddressRange inner) {
    return outer.contains(inner.start()) && outer.contains(inner.end() - 1);
  }

  @Test
  void bpfAndKprobes_areAnywhereInVmalloc() {
    for (boolean kaslr : List.of(false, true)) {
      AddressSpaceLayout.Kernel kernel = arch.defaultKernel(kaslr, 5);
      for (Purpose purpose : List.of(Purpose.BPF, Purpose.KPROBES)) {
        JitAllocParams params = arch.params(kernel, ModMemType.TEXT, purpose);
        assertEquals(kernel.vmalloc(), params.range());
      }
      assertEquals(null, arch.params(kernel, ModMemType.TEXT, Purpose.BPF).fallback());
    }
  }

  @Test
  void kprobes_areInReachOfAnyModule() {
    for (long seed = 0; seed < 200; seed++) {
      AddressSpaceLayout.Kernel kernel = arch.defaultKernel(seed > 0, seed);
      AddressRange modules = arch.params(kernel, ModMemType.TEXT, Purpose.MODULES).fallback();
      JitAllocParams probes = arch.params(kernel, ModMemType.TEXT, Purpose.KPROBES);
      boolean inVmalloc = holds(kernel.vmalloc(), modules);
      assertEquals(seed > 0, inVmalloc, "without KASLR modules begin below vmalloc");
      assertEquals(inVmalloc ? null : modules, probes.fallback());
    }
  }
}
