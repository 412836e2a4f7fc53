package org.jitalloc.arch.s390.fixup;

import static java.nio.ByteOrder.BIG_ENDIAN;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import org.jitalloc.arch.elf.CodeFixup;
import org.jitalloc.arch.elf.CodeFixup.Kind;
import org.jitalloc.arch.elf.CodePlan;
import org.jitalloc.arch.elf.FixupCodec;
import org.jitalloc.arch.elf.PlacedObject;
import org.jitalloc.arch.elf.RelocatableObject;
import org.jitalloc.arch.s390.S390Arch;
import org.jitalloc.arch.support.fixup.AlternativeTable;
import org.jitalloc.arch.support.fixup.CodePlanner;
import org.jitalloc.arch.support.fixup.CodeRanges;
import org.jitalloc.arch.support.fixup.EntryTable;
import org.osgi.service.component.annotations.Component;

/**
 * Plans alternatives by facility, and branches through thunks ("expolines"). If the processor has
 * etokens, branches become direct, as in a kernel with {@code spectre_v2=auto}.
 */
@Component(property = "jit.arch=s390x")
public final class S390FixupCodec implements FixupCodec {
  private static final int DISTANCE_BYTES = 4;

  /** The number of the etoken facility, which mitigates Spectre version 2. */
  static final int ETOKENS = 156;

  private static final Map<String, Kind> EXPOLINES =
      new TreeMap<>(
          Map.of(
              ".s390_indirect_branches", Kind.INDIRECT_BRANCH,
              ".s390_indirect_call", Kind.INDIRECT_BRANCH,
              ".s390_indirect_jump", Kind.INDIRECT_BRANCH,
              ".s390_return_mem", Kind.RETURN,
              ".s390_return_reg", Kind.RETURN));

  /**
   * {@code struct alt_instr}, packed (arch/s390/include/asm/alternative.h): the distances of the
   * instructions and of their replacement, the facility, and the length of both; until Linux 5.17
   * each had a length.
   */
  private record Entries(boolean twoLengths) implements AlternativeTable.Format {
    private static final int FIRST_LENGTH = 10;

    @Override
    public int entryBytes() {
      return twoLengths ? FIRST_LENGTH + 2 : FIRST_LENGTH + 1;
    }

    @Override
    public CodeFixup entry(EntryTable table, int at) {
      return new CodeFixup(
          Kind.ALTERNATIVE,
          table.relative(at),
          table.byteAt(at + FIRST_LENGTH),
          table.shortAt(at + 8) & 0xffff,
          false,
          table.relative(at + 4),
          table.byteAt(at + (twoLengths ? FIRST_LENGTH + 1 : FIRST_LENGTH)));
    }
  }

  @Override
  public String arch() {
    return S390Arch.NAME;
  }

  @Override
  public List<CodeFixup> read(RelocatableObject object, PlacedObject placed) {
    var code = new CodeRanges(object, placed);
    List<CodeFixup> fixups = new ArrayList<>();
    EntryTable.find(".altinstructions", object, placed, BIG_ENDIAN)
        .map(table -> AlternativeTable.read(table, code, new Entries(false), new Entries(true)))
        .ifPresent(fixups::addAll);
    EXPOLINES.forEach(
        (name, kind) ->
            EntryTable.find(name, object, placed, BIG_ENDIAN)
                .ifPresent(table -> branches(table, kind, code, fixups)));
    return fixups;
  }

  private static void branches(EntryTable table, Kind kind, CodeRanges code, List<CodeFixup> to) {
    for (int i = 0; i < table.count(DISTANCE_BYTES); i++) {
      long address = table.relative(DISTANCE_BYTES * i);
      if (!code.hold(address, Expoline.BRANCH_BYTES)) {
        throw table.leadsNowhere(address, "no branch is there");
      }
      int register = Expoline.register(code, address);
      if (register >= 0) {
        to.add(new CodeFixup(kind, address, Expoline.BRANCH_BYTES, ETOKENS, false, register, 0));
      }
    }
  }

  @Override
  public CodePlan plan(RelocatableObject object, PlacedObject placed, IntPredicate features) {
    return CodePlanner.plan(
        read(object, placed),
        object,
        placed,
        (fixup, now, other) -> fit(fixup, now, other, features));
  }

  /** {@return the code of a location} */
  static byte[] fit(CodeFixup fixup, byte[] now, byte[] other, IntPredicate features) {
    if (!features.test(fixup.feature())) {
      return now;
    }
    return fixup.kind() == Kind.ALTERNATIVE
        ? alternative(fixup, now.length, other)
        : Expoline.direct(now, (int) fixup.other());
  }

  private static byte[] alternative(CodeFixup fixup, int length, byte[] other) {
    try {
      return MovedCode.move(other, fixup.other(), fixup.address(), length);
    } catch (IllegalArgumentException wrong) {
      throw new IllegalArgumentException(
          "the alternative for 0x%x: %s".formatted(fixup.address(), wrong.getMessage()), wrong);
    }
  }
}
