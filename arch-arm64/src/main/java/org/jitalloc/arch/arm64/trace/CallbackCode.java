package org.jitalloc.arch.arm64.trace;

import java.util.List;
import org.jitalloc.arch.arm64.asm.AluOp;
import org.jitalloc.arch.arm64.asm.Assembler;
import org.jitalloc.arch.arm64.asm.Mem;
import org.jitalloc.arch.arm64.asm.Reg;
import org.jitalloc.arch.arm64.asm.Width;
import org.jitalloc.arch.support.trace.CallbackEmitter;

/** Emits calls of functions by the C calling convention. */
final class CallbackCode implements CallbackEmitter {
  /*
   * The argument registers of the calling convention and the registers that the tracer needs again
   * are saved, and Q0 to Q23, which functions of the vector calling convention preserve or have as
   * arguments. Of SVE arguments only the lower parts are preserved.
   */
  private static final List<Reg> KEPT =
      List.of(
          Reg.X29, Reg.X30, Reg.X0, Reg.X1, Reg.X2, Reg.X3, Reg.X4, Reg.X5, Reg.X6, Reg.X7, Reg.X8,
          Reg.X9, Reg.X10, Reg.X11, Reg.X12, Reg.X18);
  private static final int PAIR_BYTES = 16;
  private static final int GENERAL_BYTES = KEPT.size() * Long.BYTES;
  private static final int VECTORS = 24;
  private static final int VECTOR_BYTES = 16;
  private static final int ERRNO_ADDRESS = GENERAL_BYTES + VECTORS * VECTOR_BYTES;
  private static final int ERRNO = ERRNO_ADDRESS + Long.BYTES;
  private static final int FRAME_BYTES = ERRNO + Long.BYTES;
  private static final int STP_Q = 0xad000000;
  private static final int LDP_Q = 0xad400000;

  private final Assembler code;

  CallbackCode(Assembler code) {
    this.code = code;
  }

  @Override
  public void save() {
    code.alu(AluOp.SUB, Width.B8, Reg.SP, Reg.SP, FRAME_BYTES, SlotCode.SCRATCH);
    for (int i = 0; i < KEPT.size(); i += 2) {
      code.storePair(KEPT.get(i), KEPT.get(i + 1), at(i));
    }
    vectors(STP_Q);
  }

  @Override
  public void saveErrno(long location) {
    code.movImm(Reg.X16, location);
    code.call(Reg.X16);
    code.store(Width.B8, Reg.X0, Mem.at(Reg.SP, ERRNO_ADDRESS), SlotCode.SCRATCH);
    code.load(Width.B4, Reg.X1, Mem.at(Reg.X0, 0), SlotCode.SCRATCH);
    code.store(Width.B4, Reg.X1, Mem.at(Reg.SP, ERRNO), SlotCode.SCRATCH);
  }

  @Override
  public void restoreErrno() {
    code.load(Width.B8, Reg.X0, Mem.at(Reg.SP, ERRNO_ADDRESS), SlotCode.SCRATCH);
    code.load(Width.B4, Reg.X1, Mem.at(Reg.SP, ERRNO), SlotCode.SCRATCH);
    code.store(Width.B4, Reg.X1, Mem.at(Reg.X0, 0), SlotCode.SCRATCH);
  }

  @Override
  public void call(long callback) {
    code.load(Width.B8, Reg.X0, at(KEPT.indexOf(EntryCode.BEHIND_SITE)), SlotCode.SCRATCH);
    code.load(Width.B8, Reg.X1, at(KEPT.indexOf(EntryCode.PARENT)), SlotCode.SCRATCH);
    code.movImm(Reg.X16, callback);
    code.call(Reg.X16);
  }

  @Override
  public void restore() {
    vectors(LDP_Q);
    for (int i = 0; i < KEPT.size(); i += 2) {
      code.loadPair(KEPT.get(i), KEPT.get(i + 1), at(i));
    }
    code.alu(AluOp.ADD, Width.B8, Reg.SP, Reg.SP, FRAME_BYTES, SlotCode.SCRATCH);
  }

  private static Mem at(int index) {
    return Mem.at(Reg.SP, index * Long.BYTES);
  }

  private void vectors(int opcode) {
    for (int i = 0; i < VECTORS; i += 2) {
      int offset = (GENERAL_BYTES + i * VECTOR_BYTES) / PAIR_BYTES;
      code.word(opcode | offset << 15 | (i + 1) << 10 | 31 << 5 | i);
    }
  }
}
