package org.jitalloc.arch.s390;

import java.util.SplittableRandom;
import org.jitalloc.arch.AddressRange;
import org.jitalloc.arch.AddressSpaceLayout;

/** Where a Linux kernel on s390x with three levels of page tables has its things. */
final class KernelLayout {
  private static final long KIB = 1L << 10;
  private static final long MIB = 1L << 20;
  private static final long GIB = 1L << 30;

  private static final long PAGE_BYTES = 4 * KIB;
  private static final long SEGMENT_BYTES = MIB;

  /** What three levels of page tables map. */
  private static final long ADDRESSES_END = 4096 * GIB;

  /** Where an image lies that is not moved: 512 MiB below the end. */
  private static final long IMAGE = ADDRESSES_END - 512 * MIB;

  /** An image of a distribution's kernel, from _stext to _end, rounded up. */
  private static final long IMAGE_BYTES = 48 * MIB;

  /** How much below the end an image may be moved in, and by what steps: a kernel stack. */
  private static final long KASLR_BYTES = 2 * GIB;

  private static final long IMAGE_STEP = 16 * KIB;

  /** So much that a module calls any other, and the image, directly. */
  private static final long MODULES_BYTES = 2 * GIB;

  private static final long VMALLOC_BYTES = 512 * GIB - MODULES_BYTES;
  private static final int MODULE_STEPS = 1024;

  /** So that the modules' base does not repeat the numbers that placed the image. */
  private static final long MODULES_SALT = 0x6d6f_6475_6c65_7321L;

  private KernelLayout() {}

  static AddressSpaceLayout.Kernel usual(boolean kaslr, long seed) {
    long image = IMAGE;
    if (kaslr) {
      long steps = (KASLR_BYTES - IMAGE_BYTES) / IMAGE_STEP;
      long step = new SplittableRandom(seed).nextLong(steps + 1);
      image = ADDRESSES_END - KASLR_BYTES + step * IMAGE_STEP;
    }
    long vmallocEnd = modulesEnd(image) - MODULES_BYTES;
    return new AddressSpaceLayout.Kernel(
        new AddressRange(image, image + IMAGE_BYTES),
        new AddressRange(vmallocEnd - VMALLOC_BYTES, vmallocEnd),
        kaslr,
        seed);
  }

  private static long modulesEnd(long image) {
    return image & -SEGMENT_BYTES;
  }

  /** Where everything may be: the same for every type and purpose, and for every call. */
  static AddressRange modules(AddressSpaceLayout.Kernel kernel) {
    long end = modulesEnd(kernel.image().start());
    long start = end - MODULES_BYTES;
    if (kernel.kaslr()) {
      var random = new SplittableRandom(kernel.seed() ^ MODULES_SALT);
      start += (1 + random.nextInt(MODULE_STEPS)) * PAGE_BYTES;
    }
    return new AddressRange(start, end);
  }
}
