package org.jitalloc.arch.support.bpf;

import org.jitalloc.arch.bpf.BpfInsn;
import org.jitalloc.arch.bpf.BpfOp;

/**
 * The registers that an instruction reads and writes, except those of the callee of a local call.
 */
final class Effects {
  private Effects() {}

  static int reads(BpfInsn insn) {
    int dst = 1 << insn.dst();
    int src = 1 << insn.src();
    boolean register = BpfOp.isX(insn);
    return switch (insn.insnClass()) {
      case BpfOp.LDX -> src;
      case BpfOp.ST -> dst;
      case BpfOp.STX -> dst | src | (isCmpxchg(insn) ? RegisterSet.R0 : 0);
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
      case BpfOp.CALL -> BpfOp.isLocalCall(insn) ? 0 : RegisterSet.ARGUMENTS;
      case BpfOp.CALLX -> dst | RegisterSet.ARGUMENTS;
      case BpfOp.GOTO, BpfOp.GOTOL, BpfOp.EXIT -> 0;
      default -> dst | src;
    };
  }

  static int writes(BpfInsn insn) {
    return switch (insn.insnClass()) {
      case BpfOp.LD -> insn.opcode() == BpfOp.LDDW ? 1 << insn.dst() : 0;
      case BpfOp.LDX, BpfOp.ALU, BpfOp.ALU64 -> 1 << insn.dst();
      case BpfOp.STX -> {
        if (isCmpxchg(insn)) {
          yield RegisterSet.R0;
        }
        boolean fetch = BpfOp.isAtomic(insn) && (insn.imm() & BpfOp.FETCH) != 0;
        yield fetch ? 1 << insn.src() : 0;
      }
      case BpfOp.JMP -> BpfOp.isHelperCall(insn) ? RegisterSet.VOLATILE : 0;
      default -> 0;
    };
  }

  private static boolean isCmpxchg(BpfInsn insn) {
    return BpfOp.isAtomic(insn) && insn.imm() == BpfOp.CMPXCHG;
  }
}
