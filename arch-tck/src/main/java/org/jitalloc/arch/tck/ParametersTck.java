package org.jitalloc.arch.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Random;
import org.jitalloc.ModMemType;
import org.jitalloc.Purpose;
import org.jitalloc.arch.AddressRange;
import org.jitalloc.arch.AddressSpaceLayout;
import org.jitalloc.arch.Arch;
import org.jitalloc.arch.JitAllocParams;
import org.jitalloc.arch.PageProtection;
import org.junit.jupiter.api.Test;

/**
 * The parameters of an architecture are consistent, for kernels at many addresses and for
 * processes.
 */
public abstract class ParametersTck {
  private static final int SEEDS = 500;
  private static final long PAGE_BYTES = 4096;

  /** For subclasses. */
  protected ParametersTck() {}

  /** {@return the architecture} */
  protected abstract Arch arch();

  @Test
  final void description_isSane() {
    assertFalse(arch().name().isBlank());
    assertFalse(arch().osArchNames().isEmpty());
    assertEquals(1, Integer.bitCount(arch().instructionAlignBytes()));
    assertNotNull(arch().byteOrder());
    assertTrue(arch().directCallReachBytes() > PAGE_BYTES);
  }

  @Test
  final void kernel_withoutKaslr_isAlwaysTheSame() {
    var first = arch().defaultKernel(false, 0);
    for (long seed = 1; seed < SEEDS; seed++) {
      var other = arch().defaultKernel(false, seed);
      assertEquals(first.image(), other.image());
      assertEquals(first.vmalloc(), other.vmalloc());
      assertEquals(ranges(first), ranges(other));
    }
  }

  @Test
  final void kernel_withKaslr_isManyPlaces_oneForASeed() {
    var images = new HashSet<AddressRange>();
    var modules = new HashSet<AddressRange>();
    for (long seed = 0; seed < SEEDS; seed++) {
      var kernel = arch().defaultKernel(true, seed);
      assertEquals(kernel, arch().defaultKernel(true, seed), "another kernel for the same seed");
      images.add(kernel.image());
      modules.add(arch().params(kernel, ModMemType.TEXT, Purpose.MODULES).range());
    }
    assertTrue(images.size() > SEEDS / 4, "places of the image: " + images.size());
    assertTrue(modules.size() > SEEDS / 4, "places of modules: " + modules.size());
  }

  @Test
  final void kernel_anySeed_paramsAreSane() {
    for (boolean kaslr : new boolean[] {false, true}) {
      for (long seed = 0; seed < SEEDS; seed++) {
        var kernel = arch().defaultKernel(kaslr, seed);
        for (var purpose : Purpose.values()) {
          for (var type : ModMemType.values()) {
            checkKernel(kernel, type, purpose);
          }
        }
      }
    }
  }

  private void checkKernel(AddressSpaceLayout.Kernel kernel, ModMemType type, Purpose purpose) {
    var params = arch().params(kernel, type, purpose);
    String about = "%s %s in %s: %s".formatted(purpose, type, kernel, params);
    assertEquals(params, arch().params(kernel, type, purpose), "another answer the second time");
    checkCommon(params, type, about);
    checkPlace(params.range(), kernel, about);
    var fallback = params.fallback();
    if (fallback != null) {
      checkPlace(fallback, kernel, about);
      assertFalse(holds(params.range(), fallback), "the fallback adds no place: " + about);
    }
  }

  /** In the kernel's half of the addresses, of whole pages, and not across an end of the image. */
  private static void checkPlace(
      AddressRange range, AddressSpaceLayout.Kernel kernel, String about) {
    assertEquals(0, range.start() % PAGE_BYTES, "start: " + about);
    assertEquals(0, range.end() % PAGE_BYTES, "end: " + about);
    assertTrue(range.bytes() > 0, "longer than half of all addresses: " + about);
    boolean kernelHalf = (range.start() ^ kernel.image().start()) >= 0;
    assertTrue(kernelHalf && (range.start() ^ range.end() - 1) >= 0, "not the kernel's: " + about);
    boolean apart = !overlap(range, kernel.image());
    assertTrue(apart || holds(range, kernel.image()), "across an end of the image: " + about);
  }

  private void checkCommon(JitAllocParams params, ModMemType type, String about) {
    assertEquals(PageProtection.of(type), params.protection(), about);
    assertFalse(params.protection().writable() && params.protection().executable(), about);
    assertTrue(params.alignBytes() >= arch().instructionAlignBytes(), about);
    assertTrue(PAGE_BYTES % params.alignBytes() == 0, "more than a page: " + about);
  }

  /** Modules reach the kernel and each other by direct calls and loads. */
  @Test
  final void modules_reachTheKernelAndEachOther() {
    for (long seed = 0; seed < SEEDS; seed++) {
      var kernel = arch().defaultKernel(seed > 0, seed);
      var range = arch().params(kernel, ModMemType.TEXT, Purpose.MODULES).range();
      long start = Math.min(range.start(), kernel.image().start());
      long end = Math.max(range.end(), kernel.image().end());
      assertTrue(
          end - start <= arch().directCallReachBytes(),
          "from %s to %s are %d bytes".formatted(range, kernel.image(), end - start));
      assertEquals(1, ranges(kernel).size(), "text and data of modules are apart");
    }
  }

  private HashSet<AddressRange> ranges(AddressSpaceLayout.Kernel kernel) {
    var ranges = new HashSet<AddressRange>();
    for (var type : ModMemType.values()) {
      ranges.add(arch().params(kernel, type, Purpose.MODULES).range());
    }
    return ranges;
  }

  @Test
  final void process_everythingIsInTheWindow() {
    var random = new Random(1);
    for (int i = 0; i < SEEDS; i++) {
      long start = (random.nextLong() & (1L << 46) - 1) & -PAGE_BYTES;
      var window = new AddressRange(start, start + arch().directCallReachBytes());
      var layout = new AddressSpaceLayout.Process(window);
      for (var purpose : Purpose.values()) {
        for (var type : ModMemType.values()) {
          var params = arch().params(layout, type, purpose);
          assertEquals(window, params.range());
          assertNull(params.fallback());
          checkCommon(params, type, params.toString());
        }
      }
    }
  }

  private static boolean holds(AddressRange outer, AddressRange inner) {
    return outer.contains(inner.start()) && outer.contains(inner.end() - 1);
  }

  private static boolean overlap(AddressRange a, AddressRange b) {
    return a.contains(b.start()) || b.contains(a.start());
  }
}
