package org.jitalloc.arch.toy;

import java.nio.ByteOrder;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;
import org.jitalloc.ModMemType;
import org.jitalloc.Purpose;
import org.jitalloc.arch.AddressRange;
import org.jitalloc.arch.AddressSpaceLayout;
import org.jitalloc.arch.Arch;
import org.jitalloc.arch.JitAllocParams;
import org.jitalloc.arch.PageProtection;

/** An invented architecture, correct except for its flaw. */
final class ToyArch implements Arch {
  static final String NAME = "toy";

  private static final long MIB = 1L << 20;
  private static final long PAGE_BYTES = 4096;
  private static final long IMAGE = 0x4000_0000_0000L;
  private static final long IMAGE_BYTES = 8 * MIB;
  private static final long MODULES_BYTES = 8 * MIB;
  private static final long VMALLOC = 0x2000_0000_0000L;
  private static final byte[] SHARED_FILL = ToyWord.bytes(ToyWord.of(ToyWord.TRAP, 0));

  @Override
  public String name() {
    return Flaw.NO_NAME.is() ? " " : NAME;
  }

  @Override
  public Set<String> osArchNames() {
    return Set.of(NAME);
  }

  @Override
  public ByteOrder byteOrder() {
    return ByteOrder.BIG_ENDIAN;
  }

  @Override
  public int instructionAlignBytes() {
    return ToyWord.BYTES;
  }

  @Override
  public JitAllocParams params(AddressSpaceLayout layout, ModMemType type, Purpose purpose) {
    var protection = PageProtection.of(type);
    if (Flaw.TEXT_IS_WRITABLE.is() && type.isText()) {
      protection = PageProtection.RW;
    }
    int alignBytes = Flaw.ALIGNED_TO_LESS_THAN_AN_INSTRUCTION.is() ? 2 : 16;
    return switch (layout) {
      case AddressSpaceLayout.Process(AddressRange window) -> {
        long beyond = Flaw.PROCESS_BEYOND_THE_WINDOW.is() ? PAGE_BYTES : 0;
        var range = new AddressRange(window.start(), window.end() + beyond);
        yield new JitAllocParams(range, null, protection, alignBytes);
      }
      case AddressSpaceLayout.Kernel kernel -> {
        var range = modules(kernel, type);
        yield new JitAllocParams(range, fallback(range), protection, alignBytes);
      }
    };
  }

  private static AddressRange modules(AddressSpaceLayout.Kernel kernel, ModMemType type) {
    long end = kernel.image().start();
    if (Flaw.END_IS_INCLUSIVE.is()) {
      end--;
    }
    if (Flaw.RANGE_CUTS_THE_IMAGE.is()) {
      end += PAGE_BYTES;
    }
    if (Flaw.MODULES_OUT_OF_REACH.is()) {
      end -= 32 * MIB;
    }
    if (Flaw.DATA_FAR_FROM_TEXT.is() && !type.isText()) {
      end -= PAGE_BYTES;
    }
    if (Flaw.PARAMS_ARE_DRAWN_ANEW.is()) {
      end -= ThreadLocalRandom.current().nextInt(9) * PAGE_BYTES;
    }
    return new AddressRange(end - MODULES_BYTES, end);
  }

  /** {@return the range just below a range} */
  private static AddressRange fallback(AddressRange range) {
    long end = range.start() + (Flaw.FALLBACK_INSIDE_RANGE.is() ? MODULES_BYTES : 0);
    return new AddressRange(end - MODULES_BYTES, end);
  }

  @Override
  public AddressSpaceLayout.Kernel defaultKernel(boolean kaslr, long seed) {
    boolean random = kaslr && !Flaw.KASLR_DOES_NOTHING.is() || Flaw.SEED_WITHOUT_KASLR.is();
    long steps = random ? new SplittableRandom(seed).nextLong(1 << 16) : 0;
    long image = IMAGE + steps * PAGE_BYTES;
    return new AddressSpaceLayout.Kernel(
        new AddressRange(image, image + IMAGE_BYTES),
        new AddressRange(VMALLOC, VMALLOC + (1L << 40)),
        kaslr,
        seed);
  }

  @Override
  public long directCallReachBytes() {
    return ToyWord.REACH_BYTES;
  }

  @Override
  public byte[] trapFill() {
    int trap = ToyWord.of(ToyWord.TRAP, 0);
    if (Flaw.FILL_HAS_A_NOP.is()) {
      return ToyWord.bytes(trap, ToyWord.of(ToyWord.NOP, 0));
    }
    if (Flaw.FILL_OF_THREE_WORDS.is()) {
      return ToyWord.bytes(trap, trap, trap);
    }
    return Flaw.FILL_IS_SHARED.is() ? SHARED_FILL : ToyWord.bytes(trap);
  }

  @Override
  public byte[] returnConstant(int value) {
    int first = ToyWord.of(ToyWord.RESULT, Flaw.PROBE_IGNORES_THE_NUMBER.is() ? 7 : value);
    int second = ToyWord.of(ToyWord.RETURN, Flaw.PROBE_DIFFERS_LATE.is() ? value : 0);
    return ToyWord.bytes(first, second);
  }

  @Override
  public Optional<byte[]> cacheFlush() {
    int flush = ToyWord.of(Flaw.FLUSH_IS_NO_CODE.is() ? ToyWord.LAST + 1 : ToyWord.FIRST_OTHER, 0);
    return Optional.of(ToyWord.bytes(flush, ToyWord.of(ToyWord.RETURN, 0)));
  }
}
