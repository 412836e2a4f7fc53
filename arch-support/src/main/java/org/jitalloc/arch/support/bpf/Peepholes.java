package org.jitalloc.arch.support.bpf;

import org.jitalloc.arch.bpf.BpfInsn;
import org.jitalloc.arch.bpf.BpfOp;

/**
 * Sequences of BPF instructions for which machines have one instruction (peephole optimisation). No
 * jump enters them except at the start.
 */
final class Peepholes {
  private static final int ROTATION = 5;
  private static final int ROTATION_IN_PLACE = 4;

  private final Translation to;
  private final AluEmitter alu;
  private final JumpEmitter jumps;

  Peepholes(Translation to, Emitters machine) {
    this.to = to;
    alu = machine.alu();
    jumps = machine.jumps();
  }

  /** Emits the sequence that starts here. {@return its length, or 0 if there is none} */
  int write(int index) {
    var insn = to.insn(index);
    if (isMove(insn)) {
      if (rotation(index, insn)) {
        return ROTATION;
      }
      if (rotationInPlace(index, insn)) {
        return ROTATION_IN_PLACE;
      }
      return sum(index, insn) ? 2 : 0;
    }
    return jumpOver(index, insn) ? 2 : 0;
  }

  private static boolean isMove(BpfInsn insn) {
    boolean arithmetic = insn.insnClass() == BpfOp.ALU || insn.insnClass() == BpfOp.ALU64;
    return arithmetic && (insn.opcode() & ~0x07) == (BpfOp.MOV | BpfOp.X) && insn.offset() == 0;
  }

  private static boolean isWide(BpfInsn insn) {
    return insn.insnClass() == BpfOp.ALU64;
  }

  /** A conditional jump over an unconditional one. */
  private boolean jumpOver(int index, BpfInsn insn) {
    boolean conditional = BpfOp.isJump(insn) && !BpfOp.isUnconditional(insn) && insn.offset() == 1;
    if (!conditional
        || !to.flow().isStraight(index, 2)
        || !BpfOp.isUnconditional(to.insn(index + 1))) {
      return false;
    }
    jumps.jumpUnless(insn, to.label(to.flow().target(index + 1)));
    return true;
  }

  /** a = b; a += c or a constant. */
  private boolean sum(int index, BpfInsn move) {
    if (!to.flow().isStraight(index, 2) || move.dst() == move.src()) {
      return false;
    }
    var add = to.insn(index + 1);
    if (add.insnClass() != move.insnClass() || add.dst() != move.dst()) {
      return false;
    }
    boolean register = BpfOp.isX(add);
    int code = BpfOp.code(add);
    boolean subtracts = code == BpfOp.SUB && !register && add.imm() != Integer.MIN_VALUE;
    if (code != BpfOp.ADD && !subtracts) {
      return false;
    }
    if (register) {
      int second = add.src() == move.dst() ? move.src() : add.src();
      alu.sum(isWide(move), move.dst(), move.src(), second);
    } else {
      alu.sumConstant(isWide(move), move.dst(), move.src(), subtracts ? -add.imm() : add.imm());
    }
    return true;
  }

  /** t = x; t >>= w - k; u = x; u <<= k; u |= t; or the other way round. */
  private boolean rotation(int index, BpfInsn first) {
    if (!to.flow().isStraight(index, ROTATION)) {
      return false;
    }
    var second = to.insn(index + 2);
    boolean copies =
        isMove(second) && second.insnClass() == first.insnClass() && second.src() == first.src();
    int part = first.dst();
    int result = second.dst();
    if (!copies || part == result || part == first.src() || result == first.src()) {
      return false;
    }
    int left =
        rotationLeft(
            first, to.insn(index + 1), part, to.insn(index + 3), result, to.insn(index + 4));
    if (left == 0 || !to.flow().isDeadAfter(index + 4, part)) {
      return false;
    }
    alu.rotate(isWide(first), result, first.src(), left);
    return true;
  }

  /** t = x; t >>= w - k; x <<= k; x |= t; or the other way round. */
  private boolean rotationInPlace(int index, BpfInsn first) {
    int part = first.dst();
    int result = first.src();
    if (part == result || !to.flow().isStraight(index, ROTATION_IN_PLACE)) {
      return false;
    }
    int left =
        rotationLeft(
            first, to.insn(index + 1), part, to.insn(index + 2), result, to.insn(index + 3));
    if (left == 0 || !to.flow().isDeadAfter(index + 3, part)) {
      return false;
    }
    alu.rotate(isWide(first), result, result, left);
    return true;
  }

  /** {@return the left rotation of two opposite shifts and their union; 0 if they are none} */
  private static int rotationLeft(
      BpfInsn like, BpfInsn shift, int part, BpfInsn opposite, int result, BpfInsn union) {
    int bits = isWide(like) ? Long.SIZE : Integer.SIZE;
    int right = shiftBits(like, shift, part, BpfOp.RSH, bits);
    int left = shiftBits(like, opposite, result, BpfOp.LSH, bits);
    if (right == 0 || left == 0) {
      left = shiftBits(like, shift, part, BpfOp.LSH, bits);
      right = shiftBits(like, opposite, result, BpfOp.RSH, bits);
    }
    boolean unites =
        union.opcode() == (like.insnClass() | BpfOp.OR | BpfOp.X)
            && union.dst() == result
            && union.src() == part;
    return unites && left != 0 && right != 0 && left + right == bits ? left : 0;
  }

  private static int shiftBits(BpfInsn like, BpfInsn shift, int register, int code, int bits) {
    boolean matches = shift.opcode() == (like.insnClass() | code) && shift.dst() == register;
    return matches ? shift.imm() & bits - 1 : 0;
  }
}
