package org.jitalloc.arch.arm64;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.Set;
import org.jitalloc.ModMemType;
import org.jitalloc.Purpose;
import org.jitalloc.arch.AddressSpaceLayout;
import org.jitalloc.arch.Arch;
import org.jitalloc.arch.JitAllocParams;
import org.jitalloc.arch.PageProtection;
import org.osgi.service.component.annotations.Component;

/**
 * arm64: 48-bit addresses, direct calls that reach 128 MiB, instruction caches without coherence.
 */
@Component(property = "jit.arch=arm64")
public final class Arm64Arch implements Arch {
  /** The value of {@code jit.arch}. */
  public static final String NAME = "arm64";

  private static final int INSTRUCTION_BYTES = 4;

  /** The alignment of the largest scalar type in the AAPCS64; it is sufficient for code. */
  private static final long ALIGN_BYTES = 16;

  /** BRK #0x100, the trap fill of the kernel. */
  private static final int BRK_FILL = 0xd4202000;

  private static final int MOVZ_W0 = 0x52800000;
  private static final int MOVZ_IMM_SHIFT = 5;
  private static final int RET = 0xd65f03c0;

  /**
   * Arguments: x0 the address, x1 the length. Each data cache line is cleaned to the point of
   * unification, then each instruction cache line invalidated there; the length of lines comes from
   * CTR_EL0 (Arm ARM, B2.4.4, the sequence for code that was written by this processor).
   */
  private static final int[] CACHE_FLUSH = {
    0x8b010001, // add x1, x0, x1
    0xd53b0022, // mrs x2, ctr_el0
    0xd2800085, // mov x5, #4
    0xd3504c43, // ubfx x3, x2, #16, #4
    0x9ac320a3, // lsl x3, x5, x3
    0x92400c44, // and x4, x2, #15
    0x9ac420a4, // lsl x4, x5, x4
    0xd1000466, // sub x6, x3, #1
    0x8a260006, // bic x6, x0, x6
    0xd50b7b26, // 1: dc cvau, x6
    0x8b0300c6, // add x6, x6, x3
    0xeb0100df, // cmp x6, x1
    0x54ffffa3, // b.lo 1b
    0xd5033b9f, // dsb ish
    0xd1000486, // sub x6, x4, #1
    0x8a260006, // bic x6, x0, x6
    0xd50b7526, // 2: ic ivau, x6
    0x8b0400c6, // add x6, x6, x4
    0xeb0100df, // cmp x6, x1
    0x54ffffa3, // b.lo 2b
    0xd5033b9f, // dsb ish
    0xd5033fdf, // isb
    RET,
  };

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Set<String> osArchNames() {
    return Set.of("aarch64", "arm64");
  }

  @Override
  public ByteOrder byteOrder() {
    return ByteOrder.LITTLE_ENDIAN;
  }

  @Override
  public int instructionAlignBytes() {
    return INSTRUCTION_BYTES;
  }

  @Override
  public JitAllocParams params(AddressSpaceLayout layout, ModMemType type, Purpose purpose) {
    PageProtection protection = PageProtection.of(type);
    return switch (layout) {
      case AddressSpaceLayout.Process process ->
          new JitAllocParams(process.window(), null, protection, ALIGN_BYTES);
      case AddressSpaceLayout.Kernel kernel ->
          switch (purpose) {
            case BPF -> new JitAllocParams(kernel.vmalloc(), null, protection, ALIGN_BYTES);
            case KPROBES ->
                ModuleWindows.around(kernel).probes(kernel.vmalloc(), protection, ALIGN_BYTES);
            case MODULES, FTRACE -> ModuleWindows.around(kernel).params(protection, ALIGN_BYTES);
          };
    };
  }

  @Override
  public AddressSpaceLayout.Kernel defaultKernel(boolean kaslr, long seed) {
    return ModuleWindows.usualKernel(kaslr, seed);
  }

  @Override
  public long directCallReachBytes() {
    return ModuleWindows.DIRECT_BYTES;
  }

  @Override
  public byte[] trapFill() {
    return words(BRK_FILL);
  }

  @Override
  public byte[] returnConstant(int value) {
    return words(MOVZ_W0 | value << MOVZ_IMM_SHIFT, RET);
  }

  @Override
  public Optional<byte[]> cacheFlush() {
    return Optional.of(words(CACHE_FLUSH));
  }

  private static byte[] words(int... instructions) {
    ByteBuffer bytes =
        ByteBuffer.allocate(INSTRUCTION_BYTES * instructions.length).order(ByteOrder.LITTLE_ENDIAN);
    for (int instruction : instructions) {
      bytes.putInt(instruction);
    }
    return bytes.array();
  }
}
