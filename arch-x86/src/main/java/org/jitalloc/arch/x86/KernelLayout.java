package org.jitalloc.arch.x86;

import java.util.SplittableRandom;
import org.jitalloc.arch.AddressRange;
import org.jitalloc.arch.AddressSpaceLayout;

/**
 * The address space of a Linux kernel on x86-64 with four-level page tables
 * (Documentation/arch/x86/x86_64/mm.rst).
 */
final class KernelLayout {
  private static final long MIB = 1L << 20;
  private static final long GIB = 1L << 30;
  private static final long TIB = 1L << 40;
  private static final long PAGE_BYTES = 4096;

  /** The start of the mapping of the kernel image; modules follow the largest image. */
  private static final long IMAGE_AREA = 0xffffffff80000000L;

  private static final long IMAGE_AREA_BYTES = 512 * MIB;
  private static final long IMAGE_AREA_BYTES_KASLR = GIB;

  private static final long MODULES_END = 0xffffffffff000000L;

  /** CONFIG_PHYSICAL_START: the offset of the image in its area. */
  private static final long IMAGE_OFFSET = 16 * MIB;

  /** An image of a distribution's kernel, from _text to _end, rounded up. */
  private static final long IMAGE_BYTES = 64 * MIB;

  /** CONFIG_PHYSICAL_ALIGN: the step of the random address of the image. */
  private static final long IMAGE_STEP = 2 * MIB;

  private static final long VMALLOC = 0xffffc90000000000L;
  private static final long VMALLOC_BYTES = 32 * TIB;

  /**
   * The number of steps of 1 GiB by which the vmalloc area may be moved up without reaching the CPU
   * entry area.
   */
  private static final int VMALLOC_STEPS = 16 * 1024;

  private static final int MODULE_STEPS = 1024;

  /** Makes the random base of modules independent of that of the image. */
  private static final long MODULES_SALT = 0x6d6f64756c657321L;

  private KernelLayout() {}

  static AddressSpaceLayout.Kernel usual(boolean kaslr, long seed) {
    long image = IMAGE_AREA + IMAGE_OFFSET;
    long vmalloc = VMALLOC;
    if (kaslr) {
      var random = new SplittableRandom(seed);
      long room = IMAGE_AREA_BYTES_KASLR - IMAGE_OFFSET - IMAGE_BYTES;
      image += random.nextLong(room / IMAGE_STEP + 1) * IMAGE_STEP;
      vmalloc += random.nextInt(VMALLOC_STEPS) * GIB;
    }
    return new AddressSpaceLayout.Kernel(
        new AddressRange(image, image + IMAGE_BYTES),
        new AddressRange(vmalloc, vmalloc + VMALLOC_BYTES),
        kaslr,
        seed);
  }

  /** {@return the range of modules, which is the same for every type and purpose} */
  static AddressRange modules(AddressSpaceLayout.Kernel kernel) {
    long base = IMAGE_AREA + (kernel.kaslr() ? IMAGE_AREA_BYTES_KASLR : IMAGE_AREA_BYTES);
    if (kernel.kaslr()) {
      var random = new SplittableRandom(kernel.seed() ^ MODULES_SALT);
      base += (1 + random.nextInt(MODULE_STEPS)) * PAGE_BYTES;
    }
    return new AddressRange(base, MODULES_END);
  }
}
