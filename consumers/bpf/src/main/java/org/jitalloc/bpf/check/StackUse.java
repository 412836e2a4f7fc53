package org.jitalloc.bpf.check;

import java.util.List;
import org.jitalloc.arch.bpf.BpfFrame;
import org.jitalloc.arch.bpf.BpfFunction;
import org.jitalloc.arch.bpf.BpfInsn;
import org.jitalloc.arch.bpf.BpfOp;

/**
 * Finds how much of the stack a program can write, so that not more than that has to be cleared. As
 * long as r10 is used for nothing but as the base of accesses, these say it all; once its value
 * gets anywhere else, everything has to be assumed.
 */
final class StackUse {

  private StackUse() {}

  static int bytes(
      List<BpfInsn> insns, boolean[] secondHalf, List<BpfFunction> functions, int depth) {
    int lowest = 0;
    boolean callees = false;
    for (int i = 0; i < insns.size(); i++) {
      BpfInsn insn = insns.get(i);
      if (secondHalf[i]) {
        continue;
      }
      if (leaks(insn)) {
        return depth * BpfFrame.STACK_BYTES;
      }
      if (BpfOp.isAccess(insn) && BpfOp.base(insn) == BpfOp.FP) {
        lowest = Math.min(lowest, insn.offset());
        callees |= i >= functions.getFirst().end();
      }
    }
    // The stacks of callees lie below that of the first function.
    return callees ? depth * BpfFrame.STACK_BYTES : (-lowest + 7) & -8;
  }

  /** Whether an instruction takes the value of r10 for anything but the address of an access. */
  private static boolean leaks(BpfInsn insn) {
    return switch (insn.insnClass()) {
      case BpfOp.ALU, BpfOp.ALU64, BpfOp.STX -> insn.src() == BpfOp.FP;
      case BpfOp.JMP, BpfOp.JMP32 -> insn.src() == BpfOp.FP || insn.dst() == BpfOp.FP;
      default -> false;
    };
  }
}
