package org.jitalloc.arch.arm64.elf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.IntPredicate;
import org.jitalloc.arch.arm64.Arm64Arch;
import org.jitalloc.arch.elf.ElfCodec;
import org.jitalloc.arch.elf.ObjectUse;
import org.jitalloc.arch.elf.RelocatableObject;
import org.jitalloc.arch.elf.RelocationException;
import org.jitalloc.arch.elf.SlotPlan;
import org.jitalloc.arch.support.elf.ElfCodecBase;
import org.osgi.service.component.annotations.Component;

/** Relocates arm64 objects. */
@Component(service = ElfCodec.class, property = "jit.arch=arm64")
public final class Arm64ElfCodec extends ElfCodecBase {
  private static final int EM_AARCH64 = 183;

  /**
   * The distance below modules, outside of the range of direct branches: per-CPU variables are
   * within 2 GiB of all modules, so that 32-bit distances reach them, at addresses that modules use
   * last.
   */
  private static final long PER_CPU_DISTANCE = 128L << 20;

  private static final long PER_CPU_ALIGN = 1L << 20;

  /** Creates the codec. */
  public Arm64ElfCodec() {
    super(Arm64Arch.NAME, EM_AARCH64, ByteOrder.LITTLE_ENDIAN, Types.TABLE);
  }

  @Override
  public SlotPlan plan(RelocatableObject object, ObjectUse use, IntPredicate features)
      throws RelocationException {
    return new Arm64SlotPlan(object, use, Erratum843419.of(features));
  }

  /** {@return {@code bti c; ldr x16, .+12; br x16; nop} and the address} */
  @Override
  public byte[] farBranch(long target) {
    return ByteBuffer.allocate(FAR_BRANCH_BYTES)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(0xd503245f)
        .putInt(0x58000070)
        .putInt(0xd61f0200)
        .putInt(0xd503201f)
        .putLong(target)
        .array();
  }

  @Override
  public long perCpuBase(long textAddress) {
    return (textAddress - PER_CPU_DISTANCE) & -PER_CPU_ALIGN;
  }
}
