package org.jitalloc.arch.s390.elf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.IntPredicate;
import org.jitalloc.arch.elf.ElfCodec;
import org.jitalloc.arch.elf.ObjectUse;
import org.jitalloc.arch.elf.RelocatableObject;
import org.jitalloc.arch.elf.RelocationException;
import org.jitalloc.arch.elf.SlotPlan;
import org.jitalloc.arch.s390.S390Arch;
import org.jitalloc.arch.support.elf.ElfCodecBase;
import org.jitalloc.arch.support.elf.SymbolSlotPlan;
import org.osgi.service.component.annotations.Component;

/** Relocates s390x objects. */
@Component(service = ElfCodec.class, property = "jit.arch=s390x")
public final class S390ElfCodec extends ElfCodecBase {
  private static final int EM_S390 = 22;

  /**
   * The distance from modules: outside of their range, but within reach of LARL from all of them.
   */
  private static final long PER_CPU_DISTANCE = 1L << 30;

  private static final long PER_CPU_ALIGN = 1L << 20;

  /** Creates the codec. */
  public S390ElfCodec() {
    super(S390Arch.NAME, EM_S390, ByteOrder.BIG_ENDIAN, Types.TABLE);
  }

  /** Slots are the same for kernels and processes: they contain 64-bit addresses. */
  @Override
  public SlotPlan plan(RelocatableObject object, ObjectUse use, IntPredicate features)
      throws RelocationException {
    return new SymbolSlotPlan(object, S390Slots.INSTANCE, S390Relocator::new);
  }

  /** {@return {@code basr %r1,0; lg %r1,14(%r1); br %r1; nopr; nopr; nopr} and the address} */
  @Override
  public byte[] farBranch(long target) {
    return ByteBuffer.allocate(FAR_BRANCH_BYTES)
        .putInt(0x0d10e310)
        .putInt(0x100e0004)
        .putInt(0x07f10700)
        .putInt(0x07000700)
        .putLong(target)
        .array();
  }

  @Override
  public long perCpuBase(long textAddress) {
    return (textAddress + PER_CPU_DISTANCE) & -PER_CPU_ALIGN;
  }
}
