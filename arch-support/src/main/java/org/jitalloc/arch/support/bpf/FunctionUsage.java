package org.jitalloc.arch.support.bpf;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jitalloc.arch.bpf.BpfFunction;
import org.jitalloc.arch.bpf.BpfInsn;
import org.jitalloc.arch.bpf.BpfOp;
import org.jitalloc.arch.bpf.BpfSource;

/** What the functions of a program use, so that their prologues do no more than they must. */
public final class FunctionUsage {
  private static final Function NOTHING = new Function(0, 0, false);

  private final Map<Integer, Function> byStart = new HashMap<>();
  private final BpfSource source;
  private int touched;
  private boolean callsHelpers;
  private boolean bounded;
  private final boolean polls;

  /** What one function reads, writes and calls by itself; {@code reads} has r10 of its callees. */
  private record Function(int reads, int writes, boolean calls) {
    boolean hasStack() {
      return RegisterSet.has(reads, BpfOp.FP);
    }

    Function withStack() {
      return new Function(reads | 1 << BpfOp.FP, writes, calls);
    }
  }

  FunctionUsage(BpfSource source) {
    this.source = source;
    polls = !BpfOp.pollPoints(source.insns()).isEmpty();
    for (var function : source.functions()) {
      byStart.put(function.first(), scan(function));
    }
    // A function whose callee has a stack lowers r10 as well; as many rounds as calls nest.
    boolean changed = true;
    while (changed) {
      changed = false;
      for (var function : source.functions()) {
        changed |= inheritStack(function);
      }
    }
  }

  /** {@return whether anything is called but functions of the program} */
  public boolean callsHelpers() {
    return callsHelpers;
  }

  /** {@return whether the code works by the BpfFrame beyond its start} */
  public boolean needsFrame() {
    return callsHelpers || bounded || polls;
  }

  /** {@return whether a run may have to be left from more than one depth} */
  public boolean leavesFromDepth() {
    return needsFrame() && source.functions().size() > 1;
  }

  /** {@return whether r10 has to be set} */
  public boolean usesStack() {
    return hasStack(source.functions().getFirst());
  }

  /**
   * Tells whether r10 is read in a function or in one that it calls.
   *
   * @param function a function of the program
   * @return whether it is
   */
  public boolean hasStack(BpfFunction function) {
    return of(function).hasStack();
  }

  /**
   * Tells whether a function calls anything, so that it has to keep its return address.
   *
   * @param function a function of the program
   * @return whether it does
   */
  public boolean calls(BpfFunction function) {
    return of(function).calls;
  }

  /**
   * Finds which of r6 to r9 a function has to save. The first one saves for all, since the program
   * may be left from any depth; the others save what they write themselves.
   *
   * @param function a function of the program
   * @return their numbers, ascending
   */
  public List<Integer> saves(BpfFunction function) {
    boolean first = function.equals(source.functions().getFirst());
    int changed = RegisterSet.PRESERVED & (first ? touched : of(function).writes);
    return IntStream.range(0, RegisterSet.COUNT)
        .filter(r -> RegisterSet.has(changed, r))
        .boxed()
        .toList();
  }

  private Function of(BpfFunction function) {
    return byStart.getOrDefault(function.first(), NOTHING);
  }

  private Function scan(BpfFunction function) {
    int reads = 0;
    int writes = 0;
    boolean calls = false;
    for (int i = function.first(); i < function.end(); i++) {
      BpfInsn insn = source.insns().get(i);
      reads |= Effects.reads(insn);
      writes |= Effects.writes(insn);
      calls |= BpfOp.isHelperCall(insn) || BpfOp.isLocalCall(insn);
      callsHelpers |= BpfOp.isHelperCall(insn);
      bounded |= Accesses.isBounded(source, insn);
    }
    touched |= reads | writes;
    return new Function(reads, writes, calls);
  }

  private boolean inheritStack(BpfFunction function) {
    if (hasStack(function)) {
      return false;
    }
    for (int i = function.first(); i < function.end(); i++) {
      BpfInsn insn = source.insns().get(i);
      boolean callsOneWithStack =
          BpfOp.isLocalCall(insn)
              && byStart.getOrDefault((int) BpfOp.target(insn, i), NOTHING).hasStack();
      if (callsOneWithStack) {
        byStart.put(function.first(), of(function).withStack());
        return true;
      }
    }
    return false;
  }
}
