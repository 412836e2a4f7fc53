package org.jitalloc.arch.arm64.bpf;

import java.util.List;
import org.jitalloc.arch.bpf.BpfFunction;
import org.jitalloc.arch.bpf.BpfInsn;
import org.jitalloc.arch.bpf.BpfOp;
import org.jitalloc.arch.bpf.BpfSource;

/** Where control may go, and which registers may still be read afterwards. */
final class Flow {
  /*
   * Liveness, backwards over the whole program until nothing changes; masks only grow, so it ends. A local call reads
   * what its callee may read, and keeps r6 to r9 alive over it; a function other than the first ends with r0 to r5 alive, since what it
   * leaves in r1 to r5 is visible to its caller. A helper call overwrites r1 to r5.
   * Cost: instructions times the nesting of loops and calls.
   */
  private static final int MAIN_EXIT = Registers.R0;

  private final List<BpfInsn> insns;
  private final int mainEnd;
  private final int[] liveIn;
  private final boolean[] jumpTarget;
  private final boolean[] loopHead;

  Flow(BpfSource source) {
    insns = source.insns();
    mainEnd = source.functions().getFirst().end();
    liveIn = new int[insns.size() + 1];
    jumpTarget = new boolean[insns.size() + 1];
    loopHead = new boolean[insns.size() + 1];
    for (int i = 0; i < insns.size(); i++) if (BpfOp.isJump(insns.get(i))) markTarget(i);
    for (BpfFunction f : source.functions()) jumpTarget[f.first()] = true;
    while (sweep()) {}
  }

  private void markTarget(int index) {
    int target = target(index);
    jumpTarget[target] = true;
    if (target <= index) loopHead[target] = true;
  }

  /** Whether an instruction is reached by a jump or a call, not only from the one before it. */
  boolean isTarget(int index) {
    return jumpTarget[index];
  }

  /** Whether a later instruction jumps here. */
  boolean isLoopHead(int index) {
    return loopHead[index];
  }

  /** The registers that may be read from here on, before being written. */
  int liveBefore(int index) {
    return liveIn[index];
  }

  /** The registers that may be read after this instruction, before being written. */
  int liveAfter(int index) {
    BpfInsn insn = insns.get(index);
    if (insn.opcode() == BpfOp.EXIT) return index < mainEnd ? MAIN_EXIT : Registers.VOLATILE;
    if (!BpfOp.isJump(insn)) return liveIn[index + 1];
    int live = liveIn[target(index)];
    return BpfOp.isUnconditional(insn) ? live : live | liveIn[index + 1];
  }

  boolean isDeadAfter(int index, int register) {
    return (liveAfter(index) >> register & 1) == 0;
  }

  /** Whether a run of instructions is entered only at its start. */
  boolean isStraight(int first, int count) {
    if (first + count > insns.size()) return false;
    for (int i = first + 1; i < first + count; i++) if (jumpTarget[i]) return false;
    return true;
  }

  /** Where a jump or local call goes. */
  int target(int index) {
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
    if (Effects.isLocalCall(insn)) return liveIn[target(index)] | after & Registers.PRESERVED;
    return Effects.reads(insn) | after & ~Effects.writes(insn);
  }
}
