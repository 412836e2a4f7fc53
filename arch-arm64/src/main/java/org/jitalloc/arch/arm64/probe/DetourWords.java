package org.jitalloc.arch.arm64.probe;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;
import org.jitalloc.arch.arm64.asm.ReturnMark;
import org.jitalloc.arch.support.probe.DetourEmitter;
import org.jitalloc.arch.support.probe.DetourProbes;

/** Emits the code of one detour. */
final class DetourWords implements DetourEmitter {
  /*
   * The call of the entry, which changes nothing but what is below SP:
   *   stp x29, x30, [sp, -32]!; stp x16, x17, [sp, 16]; X16 = id; X17 = entry; blr x17; ldp x16,
   *   x17, [sp, 16]; ldp x29, x30, [sp], 32
   * Counting takes X16 for the address and X17, and X15 for the success of the store where there is
   * no STADD, and no flag. What depends on where it runs becomes code that does not, and uses no
   * register but its own:
   *   B                the same from here            BL, BLR   X30 = the original return address,
   *   then B, BR conditional      over a B behind the original, to a B to the target
   *   ADR, ADRP        the address as a constant     LDR, LDRSW of a distance   the same by way of
   *   its own register
   */
  private static final int ROOM = 512;

  /** The largest length of an increment in bytes. */
  private static final int COUNT_BYTES = 32;

  private static final int PUSH_LINK = 0xa9be7bfd;
  private static final int SAVE_SCRATCH = 0xa90147f0;
  private static final int RESTORE_SCRATCH = 0xa94147f0;
  private static final int POP_LINK = 0xa8c27bfd;
  private static final int PUSH_SCRATCH = 0xa9bf47f0;
  private static final int POP_SCRATCH = 0xa8c147f0;
  private static final int PUSH_SCRATCH_OF_32 = 0xa9be47f0;
  private static final int POP_SCRATCH_OF_32 = 0xa8c247f0;
  private static final int STORE_X15 = 0xf9000bef;
  private static final int LOAD_X15 = 0xf9400bef;
  private static final int X17_IS_1 = 0xd2800031;
  private static final int STADD_X17_AT_X16 = 0xf831021f;
  private static final int LDXR_X17_AT_X16 = 0xc85f7e11;
  private static final int ADD_1_TO_X17 = 0x91000631;
  private static final int STXR_W15_X17_AT_X16 = 0xc80f7e11;
  private static final int CBNZ_W15_3_BACK = 0x35ffffaf;
  private static final int SCRATCH = 16;
  private static final int CALLED = 17;
  private static final int LINK = 30;
  private static final int ZERO = 31;
  private static final int MOVZ = 0xd2800000;
  private static final int MOVK = 0xf2800000;
  private static final int SXTW_SCRATCH = 0x93407e10;
  private static final int B = 0x14000000;
  private static final int BLR = 0xd63f0000;
  private static final int BR = 0xd61f0000;
  private static final int LDR_W = 0xb9400000;
  private static final int LDR_X = 0xf9400000;
  private static final int LDRSW = 0xb9800000;
  private static final int BRANCH_BITS = 26;

  private ByteBuffer out = ByteBuffer.allocate(ROOM).order(ByteOrder.LITTLE_ENDIAN);
  private final long at;
  private final long entry;
  private final boolean atomics;

  DetourWords(long at, long entry, boolean atomics) {
    this.at = at;
    this.entry = entry;
    this.atomics = atomics;
  }

  @Override
  public void count(List<Long> counters) {
    out = DetourProbes.withRoom(out, counters.size() * COUNT_BYTES);
    if (atomics) {
      word(PUSH_SCRATCH);
      word(X17_IS_1);
      for (long counter : counters) {
        constant(SCRATCH, counter);
        word(STADD_X17_AT_X16);
      }
      word(POP_SCRATCH);
    } else {
      word(PUSH_SCRATCH_OF_32);
      word(STORE_X15);
      counters.forEach(this::countByExclusives);
      word(LOAD_X15);
      word(POP_SCRATCH_OF_32);
    }
  }

  private void countByExclusives(long counter) {
    constant(SCRATCH, counter);
    word(LDXR_X17_AT_X16);
    word(ADD_1_TO_X17);
    word(STXR_W15_X17_AT_X16);
    word(CBNZ_W15_3_BACK);
  }

  private void word(int insn) {
    out.putInt(insn);
  }

  @Override
  public void callHandler(int id) {
    word(PUSH_LINK);
    word(SAVE_SCRATCH);
    word(MOVZ | (id & 0xffff) << 5 | SCRATCH);
    word(MOVK | 1 << 21 | (id >>> 16) << 5 | SCRATCH);
    word(SXTW_SCRATCH);
    constant(CALLED, entry);
    word(BLR | CALLED << 5);
    word(RESTORE_SCRATCH);
    word(POP_LINK);
  }

  @Override
  public void takeReturn() {
    word(ReturnMark.CODE);
    callHandler(0);
    word(ProbedWord.RET);
  }

  @Override
  public void jump(long target) {
    long words = target - (at + out.position()) >> 2;
    if (words << Long.SIZE - BRANCH_BITS >> Long.SIZE - BRANCH_BITS != words) {
      throw new JitAllocException(
          Reason.UNREACHABLE, "0x%x cannot be reached from a detour at 0x%x".formatted(target, at));
    }
    word(B | (int) words & (1 << BRANCH_BITS) - 1);
  }

  private void constant(int register, long value) {
    word(MOVZ | (int) (value & 0xffff) << 5 | register);
    for (int part = 1; part < 4; part++) {
      word(MOVK | part << 21 | (int) (value >>> 16 * part & 0xffff) << 5 | register);
    }
  }

  @Override
  public boolean move(byte[] code, long from) {
    if (code.length != ProbedWord.BYTES) {
      throw new JitAllocException(
          Reason.INVALID_REQUEST,
          "at 0x%x is not one instruction of %d bytes".formatted(from, code.length));
    }
    var insn = new ProbedWord(ProbedWord.read(code, 0));
    long next = from + ProbedWord.BYTES;
    switch (insn.form()) {
      case STRAIGHT -> {
        word(insn.insn());
        return true;
      }
      case ADR, ADRP -> {
        if (insn.register(0) != ZERO) {
          constant(insn.register(0), insn.target(from));
        }
        return true;
      }
      case LITERAL -> {
        literal(insn, from);
        return true;
      }
      case LEAVES -> word(insn.insn());
      case JUMP -> jump(insn.target(from));
      case CALL -> {
        constant(LINK, next);
        jump(insn.target(from));
      }
      case CALL_REGISTER -> {
        constant(LINK, next);
        word(BR | insn.register(5) << 5);
      }
      case CONDITIONAL, COMPARE, TEST -> {
        word(insn.overOne());
        jump(next);
        jump(insn.target(from));
      }
    }
    return false;
  }

  private void literal(ProbedWord insn, long from) {
    int register = insn.register(0);
    if (register == ZERO) {
      return;
    }
    constant(register, insn.target(from));
    int load =
        switch (insn.insn() >>> 30) {
          case 0 -> LDR_W;
          case 1 -> LDR_X;
          default -> LDRSW;
        };
    word(load | register << 5 | register);
  }

  @Override
  public byte[] finish() {
    return Arrays.copyOf(out.array(), out.position());
  }
}
