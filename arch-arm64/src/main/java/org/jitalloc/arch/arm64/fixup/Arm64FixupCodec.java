package org.jitalloc.arch.arm64.fixup;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.IntPredicate;
import org.jitalloc.arch.arm64.Arm64Arch;
import org.jitalloc.arch.elf.CodeFixup;
import org.jitalloc.arch.elf.CodeFixup.Kind;
import org.jitalloc.arch.elf.CodePlan;
import org.jitalloc.arch.elf.FixupCodec;
import org.jitalloc.arch.elf.PlacedObject;
import org.jitalloc.arch.elf.RelocatableObject;
import org.jitalloc.arch.support.fixup.AlternativeTable;
import org.jitalloc.arch.support.fixup.CodePlanner;
import org.jitalloc.arch.support.fixup.CodeRanges;
import org.jitalloc.arch.support.fixup.EntryTable;
import org.jitalloc.arch.support.fixup.RelocatedNames;
import org.jspecify.annotations.Nullable;
import org.osgi.service.component.annotations.Component;

/**
 * Plans alternatives. Of those that a function of the kernel writes, only replacements by
 * no-operations are planned: the results of other functions depend on data of the kernel.
 */
@Component(property = "jit.arch=arm64")
public final class Arm64FixupCodec implements FixupCodec {
  private static final int INSN_BYTES = 4;
  private static final int NOP = 0xd503201f;
  private static final String TABLE = ".altinstructions";
  private static final String MAKES_NOPS = "alt_cb_patch_nops";

  /**
   * {@code struct alt_instr} (arch/arm64/include/asm/alternative.h): the distances of the
   * instructions and of their replacement, or of a function if the highest bit of the feature says
   * so; the feature; two lengths.
   */
  private record Entries(RelocatedNames<Kind> callbacks) implements AlternativeTable.Format {
    private static final int CALLBACK = 1 << 15;

    @Override
    public int entryBytes() {
      return 12;
    }

    @Override
    public CodeFixup entry(EntryTable table, int at) {
      int number = table.shortAt(at + 8) & 0xffff;
      boolean callback = (number & CALLBACK) != 0;
      Kind made = callbacks.at(table.address() + at + 4);
      return new CodeFixup(
          callback ? made == null ? Kind.CALLBACK : made : Kind.ALTERNATIVE,
          table.relative(at),
          table.byteAt(at + 10),
          number & ~CALLBACK,
          false,
          table.relative(at + 4),
          callback ? 0 : table.byteAt(at + 11));
    }
  }

  @Override
  public String arch() {
    return Arm64Arch.NAME;
  }

  @Override
  public List<CodeFixup> read(RelocatableObject object, PlacedObject placed) {
    return EntryTable.find(TABLE, object, placed, LITTLE_ENDIAN)
        .map(
            table ->
                AlternativeTable.read(
                    table, new CodeRanges(object, placed), new Entries(callbacks(object, placed))))
        .orElse(List.of());
  }

  private static RelocatedNames<Kind> callbacks(RelocatableObject object, PlacedObject placed) {
    return new RelocatedNames<>(
        object,
        placed,
        section -> object.sectionName(section).equals(TABLE),
        name -> name.equals(MAKES_NOPS) ? Kind.NOPS : null);
  }

  @Override
  public CodePlan plan(RelocatableObject object, PlacedObject placed, IntPredicate features) {
    return CodePlanner.plan(
        read(object, placed),
        object,
        placed,
        (fixup, now, other) -> fit(fixup, now, other, features));
  }

  /** {@return the code of a location; null if a function of the kernel writes it} */
  static byte @Nullable [] fit(CodeFixup fixup, byte[] now, byte[] other, IntPredicate features) {
    if (!features.test(fixup.feature())) {
      return now;
    }
    if (fixup.kind() == Kind.CALLBACK) {
      return null;
    }
    if (now.length % INSN_BYTES != 0 || other.length % INSN_BYTES != 0) {
      throw new IllegalArgumentException(
          "the alternative for 0x%x: %d bytes for %d are no whole instructions"
              .formatted(fixup.address(), other.length, now.length));
    }
    ByteBuffer from = ByteBuffer.wrap(other).order(LITTLE_ENDIAN);
    ByteBuffer to = ByteBuffer.allocate(now.length).order(LITTLE_ENDIAN);
    while (from.hasRemaining()) {
      int at = from.position();
      int insn = from.getInt();
      to.putInt(move(fixup, insn, at, other.length));
    }
    while (to.hasRemaining()) {
      to.putInt(NOP);
    }
    return to.array();
  }

  private static int move(CodeFixup fixup, int insn, int at, int length) {
    var moved = new MovedInsn(insn, fixup.other() + at, fixup.address() + at);
    try {
      return moved.reachesElsewhere(fixup.other(), length) ? moved.moved() : insn;
    } catch (IllegalArgumentException wrong) {
      throw new IllegalArgumentException(
          "the alternative for 0x%x: %s".formatted(fixup.address(), wrong.getMessage()), wrong);
    }
  }
}
