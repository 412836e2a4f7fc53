package org.jitalloc.arch.s390.trace;

import java.nio.ByteBuffer;
import java.util.Set;
import org.jitalloc.arch.s390.asm.Assembler;
import org.jitalloc.arch.s390.asm.Mem;
import org.jitalloc.arch.s390.asm.MemOp;
import org.jitalloc.arch.s390.asm.PairOp;
import org.jitalloc.arch.s390.asm.Reg;
import org.jitalloc.arch.s390.asm.RegOp;
import org.jitalloc.arch.support.trace.CallbackEmitter;

/** Emits calls of functions by the C calling convention. */
final class CallbackCode implements CallbackEmitter {
  /*
   * The frame: 160 bytes for the callee; R0 to R3; R14; F0, F2, F4 and F6; V24 to V31 if there are
   * vectors; the address of errno, its value. R4 and R5 are in the frame of the caller already, the
   * others are callee-saved.
   */
  private static final int R0_OFFSET = 160;
  private static final int R14_OFFSET = R0_OFFSET + 4 * Long.BYTES;
  private static final int FLOATS_OFFSET = R14_OFFSET + Long.BYTES;
  private static final int VECTORS_OFFSET = FLOATS_OFFSET + 4 * Long.BYTES;
  private static final int ERRNO_ADDRESS = VECTORS_OFFSET + 8 * 16;
  private static final int ERRNO = ERRNO_ADDRESS + Long.BYTES;
  private static final int FRAME_BYTES = ERRNO + Long.BYTES;

  private static final int STD = 0x60;
  private static final int LD = 0x68;
  private static final short VECTOR_HEAD = (short) 0xe78f;
  private static final byte VSTM = 0x3e;
  private static final byte VLM = 0x36;

  private final Assembler code;
  private final boolean vectors;

  CallbackCode(Assembler code, Set<String> cpuFeatures) {
    this.code = code;
    vectors = cpuFeatures.contains("vx");
  }

  @Override
  public void save() {
    code.address(Reg.R15, Mem.at(Reg.R15, -FRAME_BYTES));
    code.pair(PairOp.STMG, Reg.R0, Reg.R3, Mem.at(Reg.R15, R0_OFFSET));
    code.mem(MemOp.STG, Reg.R14, Mem.at(Reg.R15, R14_OFFSET));
    arguments(STD, VSTM);
  }

  @Override
  public void saveErrno(long location) {
    code.constant(Reg.R1, location);
    code.reg(RegOp.BASR, Reg.R14, Reg.R1);
    code.mem(MemOp.STG, Reg.R2, Mem.at(Reg.R15, ERRNO_ADDRESS));
    code.mem(MemOp.LLGF, Reg.R1, Mem.at(Reg.R2, 0));
    code.mem(MemOp.STG, Reg.R1, Mem.at(Reg.R15, ERRNO));
  }

  @Override
  public void restoreErrno() {
    code.mem(MemOp.LG, Reg.R1, Mem.at(Reg.R15, ERRNO_ADDRESS));
    code.mem(MemOp.LG, Reg.R2, Mem.at(Reg.R15, ERRNO));
    code.mem(MemOp.STY, Reg.R2, Mem.at(Reg.R1, 0));
  }

  @Override
  public void call(long callback) {
    code.mem(MemOp.LG, Reg.R2, Mem.at(Reg.R15, R0_OFFSET));
    code.mem(MemOp.LG, Reg.R3, Mem.at(Reg.R15, R14_OFFSET));
    code.constant(Reg.R1, callback);
    code.reg(RegOp.BASR, Reg.R14, Reg.R1);
  }

  @Override
  public void restore() {
    arguments(LD, VLM);
    code.mem(MemOp.LG, Reg.R14, Mem.at(Reg.R15, R14_OFFSET));
    code.pair(PairOp.LMG, Reg.R0, Reg.R3, Mem.at(Reg.R15, R0_OFFSET));
    code.address(Reg.R15, Mem.at(Reg.R15, FRAME_BYTES));
  }

  private void arguments(int floatOperation, byte vectorOperation) {
    for (int i = 0; i < 4; i++) {
      int offset = FLOATS_OFFSET + i * Long.BYTES;
      int word = floatOperation << 24 | 2 * i << 20 | Reg.R15.ordinal() << 12 | offset;
      code.raw(ByteBuffer.allocate(Integer.BYTES).putInt(word).array());
    }
    if (vectors) {
      code.raw(
          ByteBuffer.allocate(6)
              .putShort(VECTOR_HEAD)
              .putShort((short) (Reg.R15.ordinal() << 12 | VECTORS_OFFSET))
              .put((byte) 0x0c)
              .put(vectorOperation)
              .array());
    }
  }
}
