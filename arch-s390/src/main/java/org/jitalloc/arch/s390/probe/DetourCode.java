package org.jitalloc.arch.s390.probe;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;
import org.jitalloc.arch.s390.asm.ReturnMark;
import org.jitalloc.arch.support.probe.DetourEmitter;
import org.jitalloc.arch.support.probe.DetourProbes;

/** Emits the code of one detour. */
final class DetourCode implements DetourEmitter {
  /*
   * The call of the entry changes no condition code, and nothing but what is below R15:
   *   lay %r15,-32(%r15); stmg %r14,%r1,0(%r15); lgfi %r0,id; brasl %r14,entry; lmg
   *   %r14,%r1,0(%r15); lay %r15,32(%r15)
   * Counting changes the condition code, so it is kept in R14 by IPM; R1 has the address, R0 the
   * number, and R2 one more where there is no LAAG:
   *   lay %r15,-48(%r15); stmg %r14,%r2,0(%r15); ipm %r14; ... ; spm %r14; lmg %r14,%r2,0(%r15);
   *   lay %r15,48(%r15)
   * What depends on where it runs becomes code that does not, and uses no register but its own:
   *   distance of 32 bits      the distance is corrected
   *   branch on condition      the long form to the target, then a jump behind the original
   *   compare, count           over a jump behind the original, to a jump to the target
   *   BRAS, BRASL, BASR, BAS   the link register gets the original return address by LARL, then a
   *   jump
   */
  static final int FRAME_BYTES = 32;

  private static final int ROOM = 512;

  /** The largest length of an increment in bytes. */
  private static final int COUNT_BYTES = 40;

  private static final int LINK = 14;

  private static final long PUSH = 0xe3f0ffe0ff71L;
  private static final long SAVE = 0xebe1f0000024L;
  private static final long RESTORE = 0xebe1f0000004L;
  private static final long POP = 0xe3f0f0200071L;
  private static final long PUSH_48 = 0xe3f0ffd0ff71L;
  private static final long SAVE_TO_R2 = 0xebe2f0000024L;
  private static final long RESTORE_TO_R2 = 0xebe2f0000004L;
  private static final long POP_48 = 0xe3f0f0300071L;
  private static final int IPM_R14 = 0xb22200e0;
  private static final short SPM_R14 = 0x04e0;
  private static final int LLIHF_R1 = 0xc01e;
  private static final int OILF_R1 = 0xc01d;
  private static final int LGHI_R0_1 = 0xa7090001;
  private static final long LAAG_R0_R0_AT_R1 = 0xeb00100000e8L;
  private static final long LG_R0_AT_R1 = 0xe30010000004L;
  private static final int LGR_R2_R0 = 0xb9040020;
  private static final int AGHI_R2_1 = 0xa72b0001;
  private static final long CSG_R0_R2_AT_R1 = 0xeb0210000030L;
  private static final int JNE_14_BACK = 0xa774fff9;
  private static final int LGFI_R0 = 0xc001;
  private static final int LARL = 0xc000;
  private static final int BRCL = 0xc004;
  private static final int BRASL = 0xc005;
  private static final int BCR_ALWAYS = 0x07f0;
  private static final int BC_ALWAYS = 0x47f0;
  private static final int ALWAYS = 15;
  private static final int LONG_BYTES = 6;

  private ByteBuffer out = ByteBuffer.allocate(ROOM);
  private final long at;
  private final long entry;
  private final boolean interlocked;

  DetourCode(long at, long entry, boolean interlocked) {
    this.at = at;
    this.entry = entry;
    this.interlocked = interlocked;
  }

  @Override
  public void count(List<Long> counters) {
    out = DetourProbes.withRoom(out, counters.size() * COUNT_BYTES);
    sixBytes(PUSH_48);
    sixBytes(SAVE_TO_R2);
    out.putInt(IPM_R14);
    counters.forEach(this::count);
    out.putShort(SPM_R14);
    sixBytes(RESTORE_TO_R2);
    sixBytes(POP_48);
  }

  private void count(long counter) {
    out.putShort((short) LLIHF_R1).putInt((int) (counter >>> Integer.SIZE));
    out.putShort((short) OILF_R1).putInt((int) counter);
    if (interlocked) {
      out.putInt(LGHI_R0_1);
      sixBytes(LAAG_R0_R0_AT_R1);
    } else {
      sixBytes(LG_R0_AT_R1);
      out.putInt(LGR_R2_R0).putInt(AGHI_R2_1);
      sixBytes(CSG_R0_R2_AT_R1);
      out.putInt(JNE_14_BACK);
    }
  }

  private void sixBytes(long code) {
    out.putShort((short) (code >>> Integer.SIZE)).putInt((int) code);
  }

  @Override
  public void callHandler(int id) {
    sixBytes(PUSH);
    sixBytes(SAVE);
    out.putShort((short) LGFI_R0).putInt(id);
    reach(BRASL, LINK, entry);
    sixBytes(RESTORE);
    sixBytes(POP);
  }

  @Override
  public void takeReturn() {
    out.putInt(ReturnMark.CODE);
    callHandler(0);
    out.putShort((short) (BCR_ALWAYS | LINK));
  }

  @Override
  public void jump(long target) {
    reach(BRCL, ALWAYS, target);
  }

  /** Emits an instruction of six bytes with a register or mask and a distance of 32 bits. */
  private void reach(int opcode, int field, long target) {
    int halfwords = halfwords(target);
    out.putShort((short) (opcode | field << 4)).putInt(halfwords);
  }

  private int halfwords(long target) {
    long halfwords = target - (at + out.position()) >> 1;
    if (halfwords != (int) halfwords) {
      throw new JitAllocException(
          Reason.UNREACHABLE, "0x%x cannot be reached from a detour at 0x%x".formatted(target, at));
    }
    return (int) halfwords;
  }

  @Override
  public boolean move(byte[] code, long from) {
    ProbedInsn insn =
        ProbedInsn.read(code, 0)
            .filter(i -> i.bytes() == code.length)
            .orElseThrow(
                () ->
                    new JitAllocException(
                        Reason.INVALID_REQUEST,
                        "at 0x%x is not one instruction of %d bytes".formatted(from, code.length)));
    return move(insn, from);
  }

  private boolean move(ProbedInsn insn, long from) {
    long next = from + insn.bytes();
    switch (insn.form()) {
      case NOTHING -> {
        return true;
      }
      case STRAIGHT -> {
        append(insn);
        return true;
      }
      case RELATIVE -> {
        append(insn.withDistance(halfwords(insn.target(from))));
        return true;
      }
      case LINK -> {
        link(insn, next);
        return true;
      }
      case LEAVES -> {
        append(insn);
        return true;
      }
      case JUMP -> jump(insn.target(from));
      case CONDITIONAL -> {
        reach(BRCL, insn.first(), insn.target(from));
        return true;
      }
      case COMPARE -> {
        append(insn.withDistance((insn.bytes() + LONG_BYTES) / ProbedInsn.HALFWORD));
        jump(next);
        jump(insn.target(from));
      }
      case CALL -> {
        link(insn, next);
        jump(insn.target(from));
      }
      case CALL_REGISTER -> {
        link(insn, next);
        out.putShort((short) (BCR_ALWAYS | insn.second()));
      }
      case CALL_ADDRESS -> {
        link(insn, next);
        out.putShort((short) (BC_ALWAYS | insn.second())).putShort((short) insn.bits());
      }
    }
    return false;
  }

  private void link(ProbedInsn insn, long next) {
    reach(LARL, insn.first(), next);
  }

  private void append(ProbedInsn insn) {
    out.put(insn.code(), 0, insn.bytes());
  }

  @Override
  public byte[] finish() {
    return Arrays.copyOf(out.array(), out.position());
  }
}
