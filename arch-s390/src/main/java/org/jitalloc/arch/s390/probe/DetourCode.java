package org.jitalloc.arch.s390.probe;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;
import org.jitalloc.arch.support.probe.DetourEmitter;

/** The bytes of one detour, as they are appended. */
final class DetourCode implements DetourEmitter {
  /*
   * The call of the entry changes no condition code, and nothing but what is below R15:
   *   lay %r15,-32(%r15); stmg %r14,%r1,0(%r15); lgfi %r0,id; brasl %r14,entry; lmg %r14,%r1,0(%r15); lay %r15,32(%r15)
   * What depends on where it runs becomes code that does not, and uses no register but its own:
   *   distance of 32 bits      the distance is corrected
   *   branch on condition      the long form to the target, then a jump behind the original
   *   compare, count           over a jump behind the original, to a jump to the target
   *   BRAS, BRASL, BASR, BAS   the link register gets the original return address by LARL, then a jump
   */
  static final int FRAME_BYTES = 32;

  private static final int ROOM = 256;
  private static final int LINK = 14;

  private static final long PUSH = 0xe3f0ffe0ff71L;
  private static final long SAVE = 0xebe1f0000024L;
  private static final long RESTORE = 0xebe1f0000004L;
  private static final long POP = 0xe3f0f0200071L;
  private static final int LGFI_R0 = 0xc001;
  private static final int LARL = 0xc000;
  private static final int BRCL = 0xc004;
  private static final int BRASL = 0xc005;
  private static final int BCR_ALWAYS = 0x07f0;
  private static final int BC_ALWAYS = 0x47f0;
  private static final int ALWAYS = 15;
  private static final int LONG_BYTES = 6;

  private final ByteBuffer out = ByteBuffer.allocate(ROOM);
  private final long at;
  private final long entry;

  DetourCode(long at, long entry) {
    this.at = at;
    this.entry = entry;
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
    callHandler(0);
    out.putShort((short) (BCR_ALWAYS | LINK));
  }

  @Override
  public void jump(long target) {
    reach(BRCL, ALWAYS, target);
  }

  /** An instruction of six bytes with a register or mask and a distance of 32 bits. */
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
