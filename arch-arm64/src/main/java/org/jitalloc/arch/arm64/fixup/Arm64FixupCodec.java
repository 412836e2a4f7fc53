package org.jitalloc.arch.arm64.fixup;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.IntPredicate;
import org.jitalloc.arch.arm64.Arm64Arch;
import org.jitalloc.arch.elf.CodeFixup;
import org.jitalloc.arch.elf.CodeFixup.Kind;
import org.jitalloc.arch.elf.FixupCodec;
import org.jitalloc.arch.elf.PlacedObject;
import org.jitalloc.arch.elf.RelocatableObject;
import org.jitalloc.arch.support.fixup.AlternativeTable;
import org.jitalloc.arch.support.fixup.CodeRanges;
import org.jitalloc.arch.support.fixup.Table;
import org.osgi.service.component.annotations.Component;

/** Alternatives. Those that a function of the kernel makes are read only. */
@Component(property = "jit.arch=arm64")
public final class Arm64FixupCodec implements FixupCodec {
  private static final int INSN_BYTES = 4;
  private static final int NOP = 0xd503201f;

  /**
   * {@code struct alt_instr} (arch/arm64/include/asm/alternative.h): the distances of the
   * instructions and of their replacement, or of a function if the highest bit of the feature says
   * so; the feature; two lengths.
   */
  private static final class Entries implements AlternativeTable.Format {
    private static final int CALLBACK = 1 << 15;

    @Override
    public int entryBytes() {
      return 12;
    }

    @Override
    public CodeFixup entry(Table table, int at) {
      int number = table.shortAt(at + 8) & 0xffff;
      boolean callback = (number & CALLBACK) != 0;
      return new CodeFixup(
          callback ? Kind.CALLBACK : Kind.ALTERNATIVE,
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
    CodeRanges code = new CodeRanges(object, placed);
    return Table.find(".altinstructions", object, placed, LITTLE_ENDIAN)
        .map(table -> AlternativeTable.read(table, code, new Entries()))
        .orElse(List.of());
  }

  @Override
  public byte[] fit(CodeFixup fixup, byte[] now, byte[] other, IntPredicate features) {
    if (fixup.kind() != Kind.ALTERNATIVE || !features.test(fixup.feature())) {
      return now;
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
    MovedInsn moved = new MovedInsn(insn, fixup.other() + at, fixup.address() + at);
    try {
      return moved.reachesElsewhere(fixup.other(), length) ? moved.moved() : insn;
    } catch (IllegalArgumentException wrong) {
      throw new IllegalArgumentException(
          "the alternative for 0x%x: %s".formatted(fixup.address(), wrong.getMessage()), wrong);
    }
  }
}
