package org.jitalloc.arch.arm64.bpf;

import java.util.HashMap;
import java.util.Map;
import org.jitalloc.arch.bpf.BpfFunction;
import org.jitalloc.arch.bpf.BpfInsn;
import org.jitalloc.arch.bpf.BpfSource;

/** What the functions of a program use, so that their prologues do no more than they must. */
final class Usage {
  private final Map<Integer, Integer> writtenByFunction = new HashMap<>();
  private final Map<Integer, Boolean> stackByFunction = new HashMap<>();
  private final BpfSource source;
  private int touched;
  private final Map<Integer, Boolean> callsByFunction = new HashMap<>();
  private boolean callsHelpers;
  private boolean bounded;

  Usage(BpfSource source) {
    this.source = source;
    for (var function : source.functions()) scan(function);
    // A function whose callee has a stack lowers r10 as well; as many rounds as calls nest.
    boolean changed = true;
    while (changed) {
      changed = false;
      for (var function : source.functions()) changed |= inheritStack(function);
    }
  }

  /** Whether anything is called but functions of the program. */
  boolean callsHelpers() {
    return callsHelpers;
  }

  /** Whether the code works by the BpfFrame beyond its start. */
  boolean needsFrame() {
    return callsHelpers || bounded;
  }

  /** Whether a run may have to be left from more than one depth. */
  boolean leavesFromDepth() {
    return needsFrame() && source.functions().size() > 1;
  }

  /** The registers that any function reads or writes. */
  int touched() {
    return touched;
  }

  /** Whether the link register is overwritten in this function. */
  boolean calls(BpfFunction function) {
    return callsByFunction.getOrDefault(function.first(), false);
  }

  int writtenBy(BpfFunction function) {
    return writtenByFunction.getOrDefault(function.first(), 0);
  }

  /** Whether r10 is read in this function or in one that it calls. */
  boolean hasStack(BpfFunction function) {
    return stackByFunction.getOrDefault(function.first(), false);
  }

  boolean usesStack() {
    return hasStack(source.functions().getFirst());
  }

  private void scan(BpfFunction function) {
    int reads = 0;
    int writes = 0;
    boolean calls = false;
    for (int i = function.first(); i < function.end(); i++) {
      BpfInsn insn = source.insns().get(i);
      reads |= Effects.reads(insn);
      writes |= Effects.writes(insn);
      calls |= Effects.isHelperCall(insn) || Effects.isLocalCall(insn);
      callsHelpers |= Effects.isHelperCall(insn);
      bounded |= source.checked() && MemoryCode.needsTest(insn);
    }
    touched |= reads | writes;
    writtenByFunction.put(function.first(), writes);
    callsByFunction.put(function.first(), calls);
    stackByFunction.put(function.first(), (reads >> Registers.STACK_POINTER & 1) != 0);
  }

  private boolean inheritStack(BpfFunction function) {
    if (hasStack(function)) return false;
    for (int i = function.first(); i < function.end(); i++) {
      BpfInsn insn = source.insns().get(i);
      if (Effects.isLocalCall(insn) && stackByFunction.getOrDefault(i + 1 + insn.imm(), false)) {
        stackByFunction.put(function.first(), true);
        return true;
      }
    }
    return false;
  }
}
