package org.jitalloc.arch.x86.fixup;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntPredicate;
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
import org.jitalloc.arch.x86.X86Arch;
import org.jitalloc.arch.x86.asm.Padding;
import org.osgi.service.component.annotations.Component;

/**
 * Plans alternatives, retpolines, return thunks, static calls and lock prefixes, in the order of
 * the kernel. Paravirtual calls, which are first in the kernel, are last here: they are not
 * changed, and only those that alternatives did not replace are reported.
 */
@Component(property = "jit.arch=amd64")
public final class X86FixupCodec implements FixupCodec {
  private static final byte RET = (byte) 0xc3;
  private static final byte INT3 = (byte) 0xcc;
  private static final byte LOCK = (byte) 0xf0;

  /** A prefix of the same length without effect. */
  private static final byte DS = 0x3e;

  private static final int NEAR_JUMP = 0xe9;
  private static final int NEAR_JUMP_BYTES = 5;

  @Override
  public String arch() {
    return X86Arch.NAME;
  }

  @Override
  public List<CodeFixup> read(RelocatableObject object, PlacedObject placed) {
    var code = new CodeRanges(object, placed);
    List<CodeFixup> fixups = new ArrayList<>();
    EntryTable.find(".retpoline_sites", object, placed, LITTLE_ENDIAN)
        .map(table -> BranchTables.indirect(table, code, Thunks.calls(object, placed)))
        .ifPresent(fixups::addAll);
    EntryTable.find(".return_sites", object, placed, LITTLE_ENDIAN)
        .map(table -> BranchTables.returns(table, code))
        .ifPresent(fixups::addAll);
    EntryTable.find(".altinstructions", object, placed, LITTLE_ENDIAN)
        .map(table -> AlternativeTable.read(table, code, Alternatives.values()))
        .ifPresent(fixups::addAll);
    EntryTable.find(".static_call_sites", object, placed, LITTLE_ENDIAN)
        .map(table -> BranchTables.staticCalls(table, code))
        .ifPresent(fixups::addAll);
    EntryTable.find(".smp_locks", object, placed, LITTLE_ENDIAN)
        .map(table -> BranchTables.locks(table, code))
        .ifPresent(fixups::addAll);
    EntryTable.find(".parainstructions", object, placed, LITTLE_ENDIAN)
        .map(table -> ParavirtualCalls.read(table, code))
        .ifPresent(fixups::addAll);
    fixups.sort(Comparator.comparing(fixup -> fixup.kind() == Kind.PARAVIRTUAL));
    return fixups;
  }

  @Override
  public CodePlan plan(RelocatableObject object, PlacedObject placed, IntPredicate features) {
    var calls = new StaticCalls(object, placed, features);
    return CodePlanner.plan(
        read(object, placed),
        object,
        placed,
        (fixup, now, other) ->
            switch (fixup.kind()) {
              case STATIC_CALL, STATIC_TAIL_CALL -> calls.bind(fixup, now);
              case PARAVIRTUAL -> ParavirtualCalls.isLeft(fixup, now, features) ? null : now;
              default -> fit(fixup, now, other, features);
            });
  }

  /** {@return the code of a location that is no static call} */
  static byte[] fit(CodeFixup fixup, byte[] now, byte[] other, IntPredicate features) {
    boolean isThere = features.test(fixup.feature()) != fixup.inverted();
    return switch (fixup.kind()) {
      case ALTERNATIVE -> isThere ? alternative(fixup, now.length, other) : now;
      case INDIRECT_BRANCH -> {
        boolean fence = features.test(Features.RETPOLINE_LFENCE);
        yield isThere || fence ? IndirectBranch.make(fixup, now, fence) : now;
      }
      case RETURN -> isThere ? directReturn(now) : now;
      case LOCK -> isThere && now[0] == LOCK ? new byte[] {DS} : now;
      case CALLBACK, NOPS, STATIC_CALL, STATIC_TAIL_CALL, PARAVIRTUAL -> now;
    };
  }

  private static byte[] alternative(CodeFixup fixup, int length, byte[] other) {
    try {
      byte[] moved = MovedCode.move(other, fixup.other(), fixup.address());
      byte[] fitted = Arrays.copyOf(moved, length);
      byte[] padding = Padding.nops(length - moved.length);
      System.arraycopy(padding, 0, fitted, moved.length, padding.length);
      return fitted;
    } catch (IllegalArgumentException wrong) {
      throw new IllegalArgumentException(
          "the alternative for 0x%x: %s".formatted(fixup.address(), wrong.getMessage()), wrong);
    }
  }

  /** {@return a return in place of a jump to the return thunk; a return does not change} */
  private static byte[] directReturn(byte[] now) {
    if (now.length != NEAR_JUMP_BYTES || (now[0] & 0xff) != NEAR_JUMP) {
      return now;
    }
    var code = new byte[NEAR_JUMP_BYTES];
    Arrays.fill(code, INT3);
    code[0] = RET;
    return code;
  }
}
