package org.jitalloc.bpf.check;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import org.jitalloc.arch.bpf.BpfFrame;
import org.jitalloc.arch.bpf.BpfFunction;
import org.jitalloc.arch.bpf.BpfInsn;
import org.jitalloc.arch.bpf.BpfOp;

/** The calls among functions: finds recursion, and the depth of nested calls. */
final class CallGraph {

  private final List<BpfInsn> insns;
  private final boolean[] secondHalf;
  private final List<BpfFunction> functions;
  private final Rejection reject;

  /** The number of the function that starts at an instruction. */
  private final int[] functionAt;

  /** How deep calls nest from a function on, itself included; 0 where not known yet. */
  private final int[] heights;

  /** The functions that are being looked at, each called by the one below it. */
  private final Deque<Integer> path = new ArrayDeque<>();

  CallGraph(
      List<BpfInsn> insns, boolean[] secondHalf, List<BpfFunction> functions, Rejection reject) {
    this.insns = insns;
    this.secondHalf = secondHalf;
    this.functions = functions;
    this.reject = reject;
    this.heights = new int[functions.size()];
    this.functionAt = new int[insns.size()];
    Arrays.fill(functionAt, -1);
    for (int i = 0; i < functions.size(); i++) {
      functionAt[functions.get(i).first()] = i;
    }
  }

  /** {@return how many functions can be active at once} */
  int depth() {
    for (int function = 0; function < functions.size(); function++) {
      height(function);
    }
    return heights[0];
  }

  private int height(int function) {
    if (heights[function] != 0) {
      return heights[function];
    }
    path.push(function);
    int height = 1;
    for (int i = functions.get(function).first(); i < functions.get(function).end(); i++) {
      if (!secondHalf[i] && BpfOp.isLocalCall(insns.get(i))) {
        int callee = functionAt[(int) BpfOp.target(insns.get(i), i)];
        checkCall(i, callee);
        height = Math.max(height, 1 + height(callee));
        if (height > BpfFrame.MAX_DEPTH) {
          throw tooDeep(i);
        }
      }
    }
    path.pop();
    heights[function] = height;
    return height;
  }

  /** Keeps the path, and with it the depth of this very recursion, at the limit. */
  private void checkCall(int index, int callee) {
    if (path.contains(callee)) {
      throw reject.because(
          index,
          "recursion: the function at instruction %d is active already"
              .formatted(functions.get(callee).first()));
    }
    if (path.size() == BpfFrame.MAX_DEPTH) {
      throw tooDeep(index);
    }
  }

  private RuntimeException tooDeep(int index) {
    return reject.because(
        index, "calls nest deeper than %d functions".formatted(BpfFrame.MAX_DEPTH));
  }
}
