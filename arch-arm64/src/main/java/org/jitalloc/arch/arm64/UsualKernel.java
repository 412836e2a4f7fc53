package org.jitalloc.arch.arm64;

import java.util.SplittableRandom;
import org.jitalloc.arch.AddressRange;
import org.jitalloc.arch.AddressSpaceLayout;

/** Where a Linux kernel on arm64 with 4 KiB pages and 48-bit addresses has its things. */
final class UsualKernel {
  private static final long MIB = 1L << 20;

  /** Above the 2 GiB for modules, which begin where the linear map ends. */
  private static final long IMAGE = 0xffff_8000_8000_0000L;

  /** An image of a distribution's kernel, from _text to _end, rounded up. */
  private static final long IMAGE_BYTES = 48 * MIB;

  /** The step of the image's random place: its boot protocol's alignment. */
  private static final long IMAGE_STEP = 2 * MIB;

  /** The image lies in the vmalloc area, which ends before the fixed mappings. */
  private static final long VMALLOC_END = 0xffff_fbff_f000_0000L;

  private UsualKernel() {}

  static AddressSpaceLayout.Kernel layout(boolean kaslr, long seed) {
    long image = IMAGE;
    if (kaslr) {
      // In the middle half of the area, so that there is room on both sides.
      long room = VMALLOC_END - IMAGE;
      long steps = room / 2 / IMAGE_STEP;
      image += room / 4 / IMAGE_STEP * IMAGE_STEP;
      image += new SplittableRandom(seed).nextLong(steps) * IMAGE_STEP;
    }
    return new AddressSpaceLayout.Kernel(
        new AddressRange(image, image + IMAGE_BYTES),
        new AddressRange(IMAGE, VMALLOC_END),
        kaslr,
        seed);
  }
}
