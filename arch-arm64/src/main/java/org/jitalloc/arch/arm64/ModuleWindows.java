package org.jitalloc.arch.arm64;

import java.util.SplittableRandom;
import org.jitalloc.arch.AddressRange;
import org.jitalloc.arch.AddressSpaceLayout;
import org.jitalloc.arch.JitAllocParams;
import org.jitalloc.arch.PageProtection;
import org.jspecify.annotations.Nullable;

/**
 * The ranges for modules of an arm64 kernel: first the range that every direct call reaches, then
 * the one that relative loads and PLT entries reach. Both contain the whole kernel image, because
 * modules refer to all of it (Linux arch/arm64/mm/init.c, execmem_arch_setup).
 *
 * @param direct the range of direct calls; null if the image is too large for it
 * @param plt the range of PLT entries
 */
record ModuleWindows(@Nullable AddressRange direct, AddressRange plt) {

  /** The reach of BL and B. */
  static final long DIRECT_BYTES = 128L << 20;

  /** The reach of ADRP and of 32-bit relative data. */
  static final long PLT_BYTES = 2L << 30;

  private static final long PAGE_BYTES = 4096;

  /** KIMAGE_VADDR and the end of vmalloc with 48-bit addresses and 4 KiB pages. */
  private static final long IMAGE_BASE = 0xffff800080000000L;

  private static final long VMALLOC_END = 0xfffffbfff0000000L;

  /** An image of a distribution's kernel, from _text to _end, rounded up. */
  private static final long IMAGE_BYTES = 48L << 20;

  private static final long IMAGE_STEP = 2L << 20;

  /** Makes the random ranges independent of the address of the image. */
  private static final long WINDOWS_SALT = 0x77696e646f777321L;

  static AddressSpaceLayout.Kernel usualKernel(boolean kaslr, long seed) {
    long image = IMAGE_BASE;
    if (kaslr) {
      // The middle half of the vmalloc area, so that there is space on both sides.
      long half = (VMALLOC_END - IMAGE_BASE) / 2;
      long steps = half / IMAGE_STEP;
      image += (steps / 2 + new SplittableRandom(seed).nextLong(steps)) * IMAGE_STEP;
    }
    return new AddressSpaceLayout.Kernel(
        new AddressRange(image, image + IMAGE_BYTES),
        new AddressRange(IMAGE_BASE, VMALLOC_END),
        kaslr,
        seed);
  }

  /** {@return the ranges of a kernel, which are the same for each call with one layout} */
  static ModuleWindows around(AddressSpaceLayout.Kernel kernel) {
    AddressRange image = kernel.image();
    if (image.bytes() >= PLT_BYTES) {
      throw new IllegalArgumentException("no window holds an image of 2 GiB or more: " + image);
    }
    boolean small = image.end() - (image.start() & -PAGE_BYTES) < DIRECT_BYTES;
    if (!kernel.kaslr()) {
      return new ModuleWindows(
          small ? endingWith(image, DIRECT_BYTES) : null, endingWith(image, PLT_BYTES));
    }
    var random = new SplittableRandom(kernel.seed() ^ WINDOWS_SALT);
    AddressRange direct = small ? boxAround(image, DIRECT_BYTES, random) : null;
    return new ModuleWindows(direct, boxAround(direct == null ? image : direct, PLT_BYTES, random));
  }

  private static AddressRange endingWith(AddressRange image, long bytes) {
    return new AddressRange(image.end() - bytes, image.end());
  }

  /** {@return a range of whole pages at a random address that contains a range} */
  private static AddressRange boxAround(AddressRange range, long bytes, SplittableRandom random) {
    long last = range.start() & -PAGE_BYTES;
    long room = bytes - (range.end() - last);
    long start = last - random.nextLong(room / PAGE_BYTES + 1) * PAGE_BYTES;
    return new AddressRange(start, start + bytes);
  }

  JitAllocParams params(PageProtection protection, long alignBytes) {
    return direct == null
        ? new JitAllocParams(plt, null, protection, alignBytes)
        : new JitAllocParams(direct, plt, protection, alignBytes);
  }

  /**
   * The kernel places code of probes anywhere, because it traps twice. Detours have to be within
   * reach of probed code, so they may also be in the range of modules.
   */
  JitAllocParams probes(AddressRange anywhere, PageProtection protection, long alignBytes) {
    boolean holdsModules = anywhere.contains(plt.start()) && anywhere.contains(plt.end() - 1);
    return new JitAllocParams(anywhere, holdsModules ? null : plt, protection, alignBytes);
  }
}
