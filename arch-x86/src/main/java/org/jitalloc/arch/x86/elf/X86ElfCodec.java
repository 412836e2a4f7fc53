package org.jitalloc.arch.x86.elf;

import java.nio.ByteOrder;
import java.util.function.IntPredicate;
import org.jitalloc.arch.elf.ElfCodec;
import org.jitalloc.arch.elf.ObjectUse;
import org.jitalloc.arch.elf.RelocatableObject;
import org.jitalloc.arch.elf.RelocationException;
import org.jitalloc.arch.elf.SlotPlan;
import org.jitalloc.arch.support.elf.ElfCodecBase;
import org.jitalloc.arch.support.elf.SymbolSlotPlan;
import org.jitalloc.arch.x86.X86Arch;
import org.osgi.service.component.annotations.Component;

/** Relocates x86-64 objects. */
@Component(service = ElfCodec.class, property = "jit.arch=amd64")
public final class X86ElfCodec extends ElfCodecBase {
  private static final int EM_X86_64 = 62;

  /** Per-CPU addresses of this architecture begin at 0 with those of the kernel. */
  private static final long KERNEL_PER_CPU_BYTES = 256 << 10;

  /** Creates the codec. */
  public X86ElfCodec() {
    super(X86Arch.NAME, EM_X86_64, ByteOrder.LITTLE_ENDIAN, Types.TABLE);
  }

  @Override
  public SlotPlan plan(RelocatableObject object, ObjectUse use, IntPredicate features)
      throws RelocationException {
    var slots = use == ObjectUse.PROCESS_OBJECT ? X86Slots.FAR_CALLS : X86Slots.NEAR_CALLS;
    return new SymbolSlotPlan(object, slots, X86Relocator::new);
  }

  @Override
  public byte[] farBranch(long target) {
    var code = new byte[X86Slots.FAR_CALLS.branchBytes()];
    X86Slots.FAR_CALLS.putBranch(code, 0, 0, target);
    return code;
  }

  @Override
  public long perCpuBase(long textAddress) {
    return KERNEL_PER_CPU_BYTES;
  }
}
