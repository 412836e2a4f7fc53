package org.jitalloc.arch.arm64.bpf;

import org.jitalloc.arch.bpf.BpfInsn;

/**
 * Which registers an instruction reads and writes, as masks; local calls are left to who knows the
 * callee.
 */
final class Effects {
  private Effects() {}

  static int reads(BpfInsn insn) {
    int dst = 1 << insn.dst();
    int src = 1 << insn.src();
    boolean register = (insn.opcode() & Op.X) != 0;
    return switch (insn.insnClass()) {
      case Op.CLASS_LDX -> src;
      case Op.CLASS_ST -> dst;
      case Op.CLASS_STX -> dst | src | (isCmpxchg(insn) ? Registers.R0 : 0);
      case Op.CLASS_ALU, Op.CLASS_ALU64 ->
          switch (insn.opcode() & Op.CODE_MASK) {
            case Op.MOV -> register ? src : 0;
            case Op.NEG, Op.END -> dst;
            default -> register ? dst | src : dst;
          };
      case Op.CLASS_JMP, Op.CLASS_JMP32 -> jumpReads(insn, dst, register ? src : 0);
      default -> 0;
    };
  }

  private static int jumpReads(BpfInsn insn, int dst, int src) {
    return switch (insn.opcode()) {
      case Op.CALL_INSN -> insn.src() == Op.LOCAL_CALL ? 0 : Registers.ARGUMENTS;
      case Op.CALLX_INSN -> dst | Registers.ARGUMENTS;
      case Op.JA_INSN, Op.JA32_INSN, Op.EXIT_INSN -> 0;
      default -> dst | src;
    };
  }

  static int writes(BpfInsn insn) {
    return switch (insn.insnClass()) {
      case Op.CLASS_LD -> insn.opcode() == Op.LDDW ? 1 << insn.dst() : 0;
      case Op.CLASS_LDX, Op.CLASS_ALU, Op.CLASS_ALU64 -> 1 << insn.dst();
      case Op.CLASS_STX -> {
        if (isCmpxchg(insn)) yield Registers.R0;
        boolean fetch =
            (insn.opcode() & Op.MODE_MASK) == Op.MODE_ATOMIC && (insn.imm() & Op.FETCH) != 0;
        yield fetch ? 1 << insn.src() : 0;
      }
      case Op.CLASS_JMP -> isHelperCall(insn) ? Registers.VOLATILE : 0;
      default -> 0;
    };
  }

  static boolean isLocalCall(BpfInsn insn) {
    return insn.opcode() == Op.CALL_INSN && insn.src() == Op.LOCAL_CALL;
  }

  static boolean isHelperCall(BpfInsn insn) {
    return insn.opcode() == Op.CALLX_INSN
        || insn.opcode() == Op.CALL_INSN && insn.src() != Op.LOCAL_CALL;
  }

  private static boolean isCmpxchg(BpfInsn insn) {
    return (insn.opcode() & Op.MODE_MASK) == Op.MODE_ATOMIC && insn.imm() == Op.CMPXCHG;
  }
}
