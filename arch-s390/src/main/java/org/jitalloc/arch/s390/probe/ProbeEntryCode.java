package org.jitalloc.arch.s390.probe;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jitalloc.arch.s390.asm.Assembler;
import org.jitalloc.arch.s390.asm.Cond;
import org.jitalloc.arch.s390.asm.HalfOp;
import org.jitalloc.arch.s390.asm.Mem;
import org.jitalloc.arch.s390.asm.MemOp;
import org.jitalloc.arch.s390.asm.PairOp;
import org.jitalloc.arch.s390.asm.Reg;
import org.jitalloc.arch.s390.asm.RegOp;
import org.jitalloc.arch.support.asm.CodeWriter;
import org.jitalloc.arch.support.asm.Label;
import org.jitalloc.arch.support.probe.ProbeEntryEmitter;

/** Emits the entry, which all detours of a target call with their id in R0. */
final class ProbeEntryCode implements ProbeEntryEmitter {
  /*
   * The stack, from above, when the handler is called:
   *   R15 + 880  the stack of the probed code
   *   R15 + 848  its R14, nothing, its R0 and R1, which the detour has put there and takes back
   *   R15 + 816  the address of errno, its value, the id
   *   R15 + 304  V0 to V31, or F0 to F7 where there are no vectors: F8 to F15 are kept by functions
   *   R15 + 272  R0, condition code and program mask, floating-point control, the return to the
   *   detour
   *   R15 + 160  R1 to R14: the sixth and further arguments of the handler
   *   R15        160 bytes for the handler
   * "flags" are as IPM has them: the condition code from bit 28 on, below it the program mask.
   */
  static final List<String> REGISTERS = names();

  private static final int SAVED = 160;
  private static final int SAVED_BYTES = 14 * Long.BYTES;
  private static final int R0_SAVED = SAVED + SAVED_BYTES;
  private static final int FLAGS = R0_SAVED + 8;
  private static final int FP_CONTROL = FLAGS + 8;
  private static final int BACK = FP_CONTROL + 8;
  private static final int VECTORS = BACK + 8;
  private static final int HALF_OF_VECTORS = 16 * 16;
  private static final int ERRNO_ADDRESS = VECTORS + 2 * HALF_OF_VECTORS;
  private static final int ERRNO = ERRNO_ADDRESS + 8;
  private static final int ID = ERRNO + 8;
  private static final int FRAME = ID + 16;

  /** The registers that the detour saves. */
  private static final int DETOUR_R14 = FRAME;

  private static final int DETOUR_R0 = FRAME + 16;
  private static final int DETOUR_R1 = FRAME + 24;
  private static final int STACK = FRAME + DetourCode.FRAME_BYTES;

  private static final int IPM_R1 = 0xb2220010;
  private static final short SPM_R1 = 0x0410;
  private static final int STFPC = 0xb29cf000;
  private static final int LFPC = 0xb29df000;
  private static final int STD = 0x6000f000;
  private static final int LD = 0x6800f000;
  private static final int LOW_VECTORS = 0x00;
  private static final int HIGH_VECTORS = 0x0c;
  private static final byte VSTM = 0x3e;
  private static final byte VLM = 0x36;

  private final Assembler asm = new Assembler();
  private final long handler;
  private final boolean vectors;

  ProbeEntryCode(long handler, boolean vectors) {
    this.handler = handler;
    this.vectors = vectors;
  }

  private static List<String> names() {
    var names = new ArrayList<>(List.of("r15", "flags"));
    for (int i = 0; i < 15; i++) {
      names.add("r" + i);
    }
    return List.copyOf(names);
  }

  private static Mem own(int offset) {
    return Mem.at(Reg.R15, offset);
  }

  /** {@return the slot of one of R1 to R14 on the stack} */
  private static Mem saved(int number) {
    return own(SAVED + (number - 1) * Long.BYTES);
  }

  private void copy(Mem from, Mem to) {
    asm.mem(MemOp.LG, Reg.R1, from);
    asm.mem(MemOp.STG, Reg.R1, to);
  }

  private void fourBytes(int code) {
    asm.raw(ByteBuffer.allocate(Integer.BYTES).putInt(code).array());
  }

  @Override
  public CodeWriter code() {
    return asm;
  }

  @Override
  public void save() {
    asm.mem(MemOp.LAY, Reg.R15, own(-FRAME));
    asm.pair(PairOp.STMG, Reg.R2, Reg.R13, saved(2));
    asm.mem(MemOp.STG, Reg.R14, own(BACK));
    asm.half(HalfOp.LGHI, Reg.R1, 0);
    fourBytes(IPM_R1);
    asm.mem(MemOp.STG, Reg.R1, own(FLAGS));
    fourBytes(STFPC | FP_CONTROL);
    vectors(STD, VSTM);
    copy(own(DETOUR_R14), saved(14));
    copy(own(DETOUR_R0), own(R0_SAVED));
    copy(own(DETOUR_R1), saved(1));
  }

  private void vectors(int floatOperation, byte vectorOperation) {
    if (vectors) {
      vectors(LOW_VECTORS, VECTORS, vectorOperation);
      vectors(HIGH_VECTORS, VECTORS + HALF_OF_VECTORS, vectorOperation);
    } else {
      for (int i = 0; i < Long.BYTES; i++) {
        fourBytes(floatOperation | i << 20 | VECTORS + i * Long.BYTES);
      }
    }
  }

  /** Sixteen vector registers. */
  private void vectors(int numbersAbove, int offset, byte operation) {
    asm.raw(
        ByteBuffer.allocate(ProbedInsn.MOST_BYTES)
            .putShort((short) 0xe70f)
            .putShort((short) (Reg.R15.ordinal() << 12 | offset))
            .put((byte) numbersAbove)
            .put(operation)
            .array());
  }

  @Override
  public void saveErrno(long location) {
    asm.mem(MemOp.STG, Reg.R0, own(ID));
    asm.constant(Reg.R1, location);
    asm.reg(RegOp.BASR, Reg.R14, Reg.R1);
    asm.mem(MemOp.STG, Reg.R2, own(ERRNO_ADDRESS));
    asm.mem(MemOp.LLGF, Reg.R1, Mem.at(Reg.R2, 0));
    asm.mem(MemOp.STG, Reg.R1, own(ERRNO));
    asm.mem(MemOp.LG, Reg.R0, own(ID));
  }

  @Override
  public void restoreErrno() {
    asm.mem(MemOp.LG, Reg.R3, own(ERRNO_ADDRESS));
    asm.mem(MemOp.LG, Reg.R4, own(ERRNO));
    asm.mem(MemOp.STY, Reg.R4, Mem.at(Reg.R3, 0));
  }

  /**
   * R11 has no meaning in calls of C functions, but in upcalls JDK 25 reads stack arguments
   * relative to it, as if it were R15 of the caller.
   */
  @Override
  public void callHandler() {
    asm.reg(RegOp.LGR, Reg.R2, Reg.R0);
    asm.mem(MemOp.LG, Reg.R3, saved(14));
    asm.address(Reg.R4, own(STACK));
    asm.mem(MemOp.LG, Reg.R5, own(FLAGS));
    asm.mem(MemOp.LG, Reg.R6, own(R0_SAVED));
    asm.reg(RegOp.LGR, Reg.R11, Reg.R15);
    asm.constant(Reg.R1, handler);
    asm.reg(RegOp.BASR, Reg.R14, Reg.R1);
  }

  @Override
  public void jumpIfUnchanged(Label unchanged) {
    asm.reg(RegOp.LTGR, Reg.R2, Reg.R2);
    asm.jump(Cond.EQUAL, unchanged);
  }

  /** From the values at R2: the return address or 0, R15, flags, R0 to R14. */
  @Override
  public void change() {
    var sameLink = new Label();
    copy(Mem.at(Reg.R2, 2 * Long.BYTES), own(FLAGS));
    copy(Mem.at(Reg.R2, 3 * Long.BYTES), own(R0_SAVED));
    for (int i = 1; i < 15; i++) {
      copy(Mem.at(Reg.R2, (3 + i) * Long.BYTES), saved(i));
    }
    asm.mem(MemOp.LTG, Reg.R1, Mem.at(Reg.R2, 0));
    asm.jump(Cond.EQUAL, sameLink);
    asm.mem(MemOp.STG, Reg.R1, saved(14));
    asm.bind(sameLink);
  }

  /** No instruction after SPM changes the condition code. */
  @Override
  public void restore() {
    vectors(LD, VLM);
    fourBytes(LFPC | FP_CONTROL);
    copy(saved(14), own(DETOUR_R14));
    copy(own(R0_SAVED), own(DETOUR_R0));
    copy(saved(1), own(DETOUR_R1));
    asm.mem(MemOp.LG, Reg.R1, own(FLAGS));
    asm.raw(new byte[] {SPM_R1 >> Byte.SIZE, (byte) SPM_R1});
    asm.mem(MemOp.LG, Reg.R1, own(BACK));
    asm.pair(PairOp.LMG, Reg.R2, Reg.R13, saved(2));
    asm.mem(MemOp.LAY, Reg.R15, own(FRAME));
    asm.jump(Reg.R1);
  }
}
