package org.jitalloc.arch.support.bpf;

import java.nio.ByteOrder;
import org.jitalloc.arch.bpf.BpfInsn;
import org.jitalloc.arch.bpf.BpfOp;

/** Dispatches operations on registers. */
final class Arithmetic {
  private static final long LOWER_HALF = 0xffffffffL;

  private final AluEmitter emit;
  private final ByteOrder byteOrder;

  Arithmetic(AluEmitter emit, ByteOrder byteOrder) {
    this.emit = emit;
    this.byteOrder = byteOrder;
  }

  void write(int index, BpfInsn insn) {
    switch (BpfOp.code(insn)) {
      case BpfOp.ADD, BpfOp.SUB, BpfOp.MUL, BpfOp.OR, BpfOp.AND, BpfOp.XOR -> emit.binary(insn);
      case BpfOp.DIV, BpfOp.MOD -> emit.divide(index, insn);
      case BpfOp.LSH, BpfOp.RSH, BpfOp.ARSH -> emit.shift(index, insn);
      case BpfOp.NEG -> emit.negate(insn);
      case BpfOp.MOV -> move(insn);
      case BpfOp.END -> swap(insn);
      default -> throw Translation.unknown(insn);
    }
  }

  private void move(BpfInsn insn) {
    boolean wide = insn.insnClass() == BpfOp.ALU64;
    if (!BpfOp.isX(insn)) {
      emit.constant(insn.dst(), wide ? insn.imm() : insn.imm() & LOWER_HALF);
    } else if (insn.offset() != 0) {
      emit.signExtend(insn);
    } else if (!wide || insn.dst() != insn.src()) {
      emit.move(insn);
    }
  }

  /**
   * Numbers in registers have no byte order: a conversion to that of the program only truncates.
   */
  private void swap(BpfInsn insn) {
    if (BpfOp.reverses(insn, byteOrder)) {
      emit.reverse(insn.dst(), insn.imm());
    } else if (insn.imm() != Long.SIZE) {
      emit.truncate(insn.dst(), insn.imm());
    }
  }
}
