package org.jitalloc.bpf.interp;

import java.nio.ByteOrder;
import java.util.List;
import org.jitalloc.arch.bpf.BpfInsn;
import org.jitalloc.arch.bpf.BpfOp;

/**
 * A checked program, taken apart into arrays by instruction, so that the loop has nothing to
 * decode.
 */
final class DecodedProgram {

  static final byte ALU64 = 0;
  static final byte ALU32 = 1;
  static final byte TRUNCATE = 2;
  static final byte SWAP = 3;
  static final byte CONSTANT = 4;
  static final byte LOAD = 5;
  static final byte LOAD_SIGNED = 6;
  static final byte STORE = 7;
  static final byte ATOMIC = 8;
  static final byte JUMP64 = 9;
  static final byte JUMP32 = 10;
  static final byte CALL = 11;
  static final byte CALL_LOCAL = 12;
  static final byte CALL_REGISTER = 13;
  static final byte EXIT = 14;

  /** Added to the kind of an instruction before which the run looks whether it is to stop. */
  static final byte POLL = 0x10;

  /** In place of a source register: the operand is the constant. */
  static final byte NO_REGISTER = -1;

  /** What it is, in the names above. */
  final byte[] kind;

  /** Which of its kind: an operation of {@link Alu}, the bytes of an access. */
  final int[] op;

  final byte[] dst;
  final byte[] src;
  final short[] offset;
  final long[] imm;

  /** Where a jump or local call leads. */
  final int[] target;

  private final ByteOrder order;

  DecodedProgram(List<BpfInsn> insns, ByteOrder order) {
    this.order = order;
    int count = insns.size();
    kind = new byte[count];
    op = new int[count];
    dst = new byte[count];
    src = new byte[count];
    offset = new short[count];
    imm = new long[count];
    target = new int[count];
    for (int i = 0; i < count; i++) {
      decode(insns.get(i), i);
      if (insns.get(i).opcode() == BpfOp.LDDW) {
        imm[i] = (long) insns.get(i + 1).imm() << 32 | (imm[i] & 0xffff_ffffL);
        i++;
      }
    }
    BpfOp.pollPoints(insns).stream().forEach(i -> kind[i] += POLL);
  }

  private void decode(BpfInsn insn, int i) {
    dst[i] = (byte) insn.dst();
    src[i] = (byte) insn.src();
    offset[i] = insn.offset();
    imm[i] = insn.imm();
    switch (insn.insnClass()) {
      case BpfOp.LD -> kind[i] = CONSTANT;
      case BpfOp.ALU, BpfOp.ALU64 -> arithmetic(insn, i);
      case BpfOp.JMP, BpfOp.JMP32 -> jump(insn, i);
      default -> access(insn, i);
    }
  }

  private void arithmetic(BpfInsn insn, int i) {
    int code = BpfOp.code(insn);
    if (code == BpfOp.END) {
      kind[i] = BpfOp.reverses(insn, order) ? SWAP : TRUNCATE;
      return;
    }
    kind[i] = insn.insnClass() == BpfOp.ALU64 ? ALU64 : ALU32;
    if (!BpfOp.isX(insn)) {
      src[i] = NO_REGISTER;
    }
    op[i] = code;
    if (insn.offset() != 0) {
      op[i] = code == BpfOp.MOV ? Alu.MOVSX + insn.offset() : code | Alu.SIGNED;
    }
  }

  private void jump(BpfInsn insn, int i) {
    switch (insn.opcode()) {
      case BpfOp.EXIT -> kind[i] = EXIT;
      case BpfOp.CALLX -> kind[i] = CALL_REGISTER;
      case BpfOp.CALL -> kind[i] = BpfOp.isLocalCall(insn) ? CALL_LOCAL : CALL;
      default -> kind[i] = insn.insnClass() == BpfOp.JMP ? JUMP64 : JUMP32;
    }
    if (BpfOp.isJump(insn) || BpfOp.isLocalCall(insn)) {
      target[i] = (int) BpfOp.target(insn, i);
    }
    if (!BpfOp.isX(insn)) {
      src[i] = NO_REGISTER;
    }
    op[i] = BpfOp.code(insn);
  }

  private void access(BpfInsn insn, int i) {
    op[i] = BpfOp.accessBytes(insn);
    switch (insn.insnClass()) {
      case BpfOp.LDX -> kind[i] = BpfOp.mode(insn) == BpfOp.MEMSX ? LOAD_SIGNED : LOAD;
      case BpfOp.ST -> {
        kind[i] = STORE;
        src[i] = NO_REGISTER;
      }
      default -> kind[i] = BpfOp.isAtomic(insn) ? ATOMIC : STORE;
    }
  }
}
