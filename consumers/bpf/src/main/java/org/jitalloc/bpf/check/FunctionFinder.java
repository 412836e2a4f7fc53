package org.jitalloc.bpf.check;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jitalloc.arch.bpf.BpfFunction;
import org.jitalloc.arch.bpf.BpfInsn;
import org.jitalloc.arch.bpf.BpfOp;

/**
 * Cuts a program into functions: one starts at instruction 0 and one at each target of a local
 * call. Then no jump may leave its function, and no function may run on into the next one.
 */
final class FunctionFinder {

  private final List<BpfInsn> insns;
  private final boolean[] secondHalf;
  private final Rejection reject;

  FunctionFinder(List<BpfInsn> insns, boolean[] secondHalf, Rejection reject) {
    this.insns = insns;
    this.secondHalf = secondHalf;
    this.reject = reject;
  }

  List<BpfFunction> functions() {
    BitSet starts = starts();
    List<BpfFunction> functions = new ArrayList<>();
    for (int first = 0; first < insns.size(); ) {
      int next = starts.nextSetBit(first + 1);
      int end = next < 0 ? insns.size() : next;
      functions.add(new BpfFunction(first, end));
      first = end;
    }
    functions.forEach(this::checkFunction);
    return functions;
  }

  private BitSet starts() {
    var starts = new BitSet(insns.size());
    starts.set(0);
    for (int i = 0; i < insns.size(); i++) {
      BpfInsn insn = insns.get(i);
      if (!secondHalf[i] && BpfOp.isLocalCall(insn)) {
        long target = BpfOp.target(insn, i);
        if (target < 0 || target >= insns.size()) {
          throw reject.because(
              i,
              "calls instruction %d, outside of the program [0, %d)"
                  .formatted(target, insns.size()));
        }
        checkNoSecondHalf(i, (int) target);
        starts.set((int) target);
      }
    }
    return starts;
  }

  private void checkNoSecondHalf(int index, int target) {
    if (secondHalf[target]) {
      throw reject.because(
          index, "leads to instruction %d, the second half of a wide one".formatted(target));
    }
  }

  private void checkFunction(BpfFunction function) {
    for (int i = function.first(); i < function.end(); i++) {
      if (!secondHalf[i] && BpfOp.isJump(insns.get(i))) {
        checkJump(i, function);
      }
    }
    int last = function.end() - 1;
    if (secondHalf[last] || !endsFunction(insns.get(last))) {
      throw reject.because(
          last,
          "the last instruction of a function (here instructions %d to %d) must be exit or an unconditional jump"
              .formatted(function.first(), last));
    }
  }

  private void checkJump(int index, BpfFunction function) {
    BpfInsn insn = insns.get(index);
    long target = BpfOp.target(insn, index);
    if (target < function.first() || target >= function.end()) {
      throw reject.because(
          index,
          "jumps to instruction %d, outside of its function [%d, %d)"
              .formatted(target, function.first(), function.end()));
    }
    checkNoSecondHalf(index, (int) target);
    if (target == index && BpfOp.isUnconditional(insn)) {
      throw reject.because(index, "jumps to itself: it would never end");
    }
  }

  private static boolean endsFunction(BpfInsn insn) {
    return insn.opcode() == BpfOp.EXIT || BpfOp.isUnconditional(insn);
  }
}
