package org.jitalloc.arch.s390;

import java.nio.ByteOrder;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.jitalloc.ModMemType;
import org.jitalloc.Purpose;
import org.jitalloc.arch.AddressRange;
import org.jitalloc.arch.AddressSpaceLayout;
import org.jitalloc.arch.Arch;
import org.jitalloc.arch.JitAllocParams;
import org.jitalloc.arch.PageProtection;
import org.osgi.service.component.annotations.Component;

/** s390x: big-endian, direct calls that reach 4 GiB, coherent instruction fetches. */
@Component(property = "jit.arch=s390x")
public final class S390Arch implements Arch {
  /** The value of {@code jit.arch}. */
  public static final String NAME = "s390x";

  private static final long MIB = 1L << 20;
  private static final long GIB = 1L << 30;
  private static final long PAGE_BYTES = 4096;

  /** The alignment of functions; the ABI aligns code to 2 and its largest scalar type to 8. */
  private static final long ALIGN_BYTES = 16;

  private static final long MODULES_BYTES = 2 * GIB;
  private static final int MODULE_STEPS = 1024;

  /**
   * The link address of the kernel without KASLR, and the largest distance by which KASLR moves it
   * down.
   */
  private static final long IMAGE_BASE = 0x3ffe0000000L;

  private static final long KASLR_BYTES = 2 * GIB;
  private static final long KASLR_STEP = 16 << 10;
  private static final long IMAGE_BYTES = 32 * MIB;
  private static final long VMALLOC_BYTES = 510 * GIB;

  private static final long MODULES_SALT = 0x6d6f64756c657321L;

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Set<String> osArchNames() {
    return Set.of("s390x");
  }

  @Override
  public ByteOrder byteOrder() {
    return ByteOrder.BIG_ENDIAN;
  }

  @Override
  public int instructionAlignBytes() {
    return 2;
  }

  @Override
  public JitAllocParams params(AddressSpaceLayout layout, ModMemType type, Purpose purpose) {
    AddressRange range =
        switch (layout) {
          case AddressSpaceLayout.Process process -> process.window();
          case AddressSpaceLayout.Kernel kernel -> modules(kernel);
        };
    return new JitAllocParams(range, null, PageProtection.of(type), ALIGN_BYTES);
  }

  /**
   * {@return the area just below the kernel, so near that every module reaches the kernel and every
   * other module without a trampoline} (Linux arch/s390/boot/startup.c).
   */
  private static AddressRange modules(AddressSpaceLayout.Kernel kernel) {
    long end = kernel.image().start() & -MIB;
    long start = end - MODULES_BYTES;
    if (kernel.kaslr()) {
      var random = new SplittableRandom(kernel.seed() ^ MODULES_SALT);
      start += (1 + random.nextInt(MODULE_STEPS)) * PAGE_BYTES;
    }
    return new AddressRange(start, end);
  }

  @Override
  public AddressSpaceLayout.Kernel defaultKernel(boolean kaslr, long seed) {
    long image = IMAGE_BASE;
    if (kaslr) {
      image -= new SplittableRandom(seed).nextLong(KASLR_BYTES / KASLR_STEP) * KASLR_STEP;
    }
    long vmallocEnd = (image & -MIB) - MODULES_BYTES;
    return new AddressSpaceLayout.Kernel(
        new AddressRange(image, image + IMAGE_BYTES),
        new AddressRange(vmallocEnd - VMALLOC_BYTES, vmallocEnd),
        kaslr,
        seed);
  }

  @Override
  public long directCallReachBytes() {
    return 4 * GIB;
  }

  /** Operation code 0 is reserved as illegal: each halfword raises an operation exception. */
  @Override
  public byte[] trapFill() {
    return new byte[] {0, 0};
  }

  /** {@code lghi %r2,value; br %r14} */
  @Override
  public byte[] returnConstant(int value) {
    return new byte[] {(byte) 0xa7, 0x29, 0, (byte) value, 0x07, (byte) 0xfe};
  }

  @Override
  public Optional<byte[]> cacheFlush() {
    return Optional.empty();
  }
}
