package org.jitalloc.arch.arm64.elf;

import java.nio.ByteOrder;
import java.util.Optional;
import java.util.function.IntPredicate;
import org.jitalloc.arch.arm64.Arm64Arch;
import org.jitalloc.arch.elf.ElfCodec;
import org.jitalloc.arch.elf.ObjectUse;
import org.jitalloc.arch.elf.RelocatableObject;
import org.jitalloc.arch.elf.RelocationException;
import org.jitalloc.arch.elf.RelocationType;
import org.jitalloc.arch.elf.SlotPlan;
import org.osgi.service.component.annotations.Component;

/** Relocates arm64 objects. */
@Component(property = "jit.arch=arm64")
public final class Arm64ElfCodec implements ElfCodec {
  private static final int EM_AARCH64 = 183;

  /**
   * Below the window of direct branches, where the kernel's variables would be near its image:
   * within 2 GiB of all modules, so that 32-bit distances reach them, and used by modules last of
   * all.
   */
  private static final long PER_CPU_DISTANCE = 128L << 20;

  private static final long PER_CPU_ALIGN = 1L << 20;

  @Override
  public String arch() {
    return Arm64Arch.NAME;
  }

  @Override
  public int machine() {
    return EM_AARCH64;
  }

  @Override
  public ByteOrder byteOrder() {
    return ByteOrder.LITTLE_ENDIAN;
  }

  @Override
  public Optional<RelocationType> relocationType(int number) {
    return Types.TABLE.find(number);
  }

  @Override
  public SlotPlan plan(RelocatableObject object, ObjectUse use, IntPredicate features)
      throws RelocationException {
    return new Arm64SlotPlan(object, use, Erratum843419.of(features));
  }

  @Override
  public long perCpuBase(long textAddress) {
    return (textAddress - PER_CPU_DISTANCE) & -PER_CPU_ALIGN;
  }
}
