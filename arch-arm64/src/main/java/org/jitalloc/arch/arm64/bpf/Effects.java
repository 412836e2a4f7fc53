package org.jitalloc.arch.arm64.bpf;

import org.jitalloc.arch.bpf.BpfInsn;
import org.jitalloc.arch.bpf.BpfOp;

/**
 * Which registers an instruction reads and writes, as masks; local calls are left to who knows the
 * callee.
 */
final class Effects {
  private Effects() {}

  static int reads(BpfInsn insn) {
    int dst = 1 << insn.dst();
    int src = 1 << insn.src();
    boolean register = (insn.opcode() & BpfOp.X) != 0;
    return switch (insn.insnClass()) {
      case BpfOp.LDX -> src;
      case BpfOp.ST -> dst;
      case BpfOp.STX -> dst | src | (isCmpxchg(insn) ? Registers.R0 : 0);
      case BpfOp.ALU, BpfOp.ALU64 ->
          switch (BpfOp.code(insn)) {
            case BpfOp.MOV -> register ? src : 0;
            case BpfOp.NEG, BpfOp.END -> dst;
            default -> register ? dst | src : dst;
          };
      case BpfOp.JMP, BpfOp.JMP32 -> jumpReads(insn, dst, register ? src : 0);
      default -> 0;
    };
  }

  private static int jumpReads(BpfInsn insn, int dst, int src) {
    return switch (insn.opcode()) {
      case BpfOp.CALL -> insn.src() == BpfOp.CALL_LOCAL ? 0 : Registers.ARGUMENTS;
      case BpfOp.CALLX -> dst | Registers.ARGUMENTS;
      case BpfOp.GOTO, BpfOp.GOTOL, BpfOp.EXIT -> 0;
      default -> dst | src;
    };
  }

  static int writes(BpfInsn insn) {
    return switch (insn.insnClass()) {
      case BpfOp.LD -> insn.opcode() == BpfOp.LDDW ? 1 << insn.dst() : 0;
      case BpfOp.LDX, BpfOp.ALU, BpfOp.ALU64 -> 1 << insn.dst();
      case BpfOp.STX -> {
        if (isCmpxchg(insn)) yield Registers.R0;
        boolean fetch = BpfOp.mode(insn) == BpfOp.ATOMIC && (insn.imm() & BpfOp.FETCH) != 0;
        yield fetch ? 1 << insn.src() : 0;
      }
      case BpfOp.JMP -> isHelperCall(insn) ? Registers.VOLATILE : 0;
      default -> 0;
    };
  }

  static boolean isLocalCall(BpfInsn insn) {
    return insn.opcode() == BpfOp.CALL && insn.src() == BpfOp.CALL_LOCAL;
  }

  static boolean isHelperCall(BpfInsn insn) {
    return insn.opcode() == BpfOp.CALLX
        || insn.opcode() == BpfOp.CALL && insn.src() != BpfOp.CALL_LOCAL;
  }

  private static boolean isCmpxchg(BpfInsn insn) {
    return BpfOp.mode(insn) == BpfOp.ATOMIC && insn.imm() == BpfOp.CMPXCHG;
  }
}
