package org.jitalloc.arch.support.bpf;

import java.util.BitSet;
import java.util.List;
import org.jitalloc.arch.bpf.BpfFunction;
import org.jitalloc.arch.bpf.BpfInsn;
import org.jitalloc.arch.bpf.BpfOp;
import org.jitalloc.arch.bpf.BpfSource;

/** Where control may go, and which registers may still be read afterwards. */
public final class Flow {
  /*
   * Liveness, backwards over the whole program until nothing changes; sets only grow, so it ends. A
   * local call reads what its callee may read, and keeps r6 to r9 alive over it. Every function
   * ends with r0 alive and nothing else: a call, of a function or a helper, leaves 0 in r1 to r5.
   * Cost: instructions times the nesting of loops and calls.
   */
  private final List<BpfInsn> insns;
  private final int[] liveIn;
  private final boolean[] jumpTarget;
  private final boolean[] loopHead;
  private final BitSet pollPoints;

  Flow(BpfSource source) {
    insns = source.insns();
    liveIn = new int[insns.size() + 1];
    jumpTarget = new boolean[insns.size() + 1];
    loopHead = new boolean[insns.size() + 1];
    pollPoints = BpfOp.pollPoints(insns);
    for (int i = 0; i < insns.size(); i++) {
      if (BpfOp.isJump(insns.get(i))) {
        markTarget(i);
      }
    }
    for (BpfFunction f : source.functions()) {
      jumpTarget[f.first()] = true;
    }
    while (sweep()) {}
  }

  private void markTarget(int index) {
    int target = target(index);
    jumpTarget[target] = true;
    if (target <= index) {
      loopHead[target] = true;
    }
  }

  /**
   * Tells whether an instruction is reached by a jump or a call, not only from the one before it.
   *
   * @param index where it stands
   * @return whether it is
   */
  public boolean isTarget(int index) {
    return jumpTarget[index];
  }

  /**
   * Tells whether a later instruction jumps to one.
   *
   * @param index where it stands
   * @return whether a loop starts there
   */
  public boolean isLoopHead(int index) {
    return loopHead[index];
  }

  /**
   * Tells whether a run looks before an instruction whether it is to stop.
   *
   * @param index where it stands
   * @return whether it is one of {@link BpfOp#pollPoints}
   */
  public boolean isPollPoint(int index) {
    return pollPoints.get(index);
  }

  /**
   * Finds the registers that may be read from an instruction on, before being written.
   *
   * @param index where it stands
   * @return a {@link RegisterSet}
   */
  public int liveBefore(int index) {
    return liveIn[index];
  }

  /**
   * Finds the registers that may be read after an instruction, before being written.
   *
   * @param index where it stands
   * @return a {@link RegisterSet}
   */
  public int liveAfter(int index) {
    BpfInsn insn = insns.get(index);
    if (insn.opcode() == BpfOp.EXIT) {
      return RegisterSet.R0;
    }
    if (!BpfOp.isJump(insn)) {
      return liveIn[index + 1];
    }
    int live = liveIn[target(index)];
    return BpfOp.isUnconditional(insn) ? live : live | liveIn[index + 1];
  }

  /**
   * Tells whether what an instruction leaves in a register is never read.
   *
   * @param index where the instruction stands
   * @param register the number of the register
   * @return whether it may be overwritten
   */
  public boolean isDeadAfter(int index, int register) {
    return !RegisterSet.has(liveAfter(index), register);
  }

  /**
   * Tells whether a run of instructions is entered only at its start.
   *
   * @param first where it starts
   * @param count how many instructions it has
   * @return whether it is there, and nothing jumps into it
   */
  public boolean isStraight(int first, int count) {
    if (first + count > insns.size()) {
      return false;
    }
    for (int i = first + 1; i < first + count; i++) {
      if (jumpTarget[i]) {
        return false;
      }
    }
    return true;
  }

  /**
   * Finds where a jump or local call goes.
   *
   * @param index where it stands
   * @return the index of an instruction
   */
  public int target(int index) {
    return (int) BpfOp.target(insns.get(index), index);
  }

  private boolean sweep() {
    boolean changed = false;
    for (int i = insns.size() - 1; i >= 0; i--) {
      int live = before(i);
      changed |= live != liveIn[i];
      liveIn[i] = live;
    }
    return changed;
  }

  private int before(int index) {
    BpfInsn insn = insns.get(index);
    int after = liveAfter(index);
    if (BpfOp.isLocalCall(insn)) {
      return liveIn[target(index)] | after & RegisterSet.PRESERVED;
    }
    return Effects.reads(insn) | after & ~Effects.writes(insn);
  }
}
