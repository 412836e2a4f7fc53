package org.jitalloc.arch.support.bpf;

import java.util.HashMap;
import java.util.Map;
import org.jitalloc.arch.bpf.BpfFunction;
import org.jitalloc.arch.bpf.BpfOp;
import org.jitalloc.arch.support.asm.Label;

/** How functions begin and end. */
final class Frames {
  private final Translation to;
  private final Emitters machine;
  private final FunctionFrameEmitter emit;
  private final BpfFunction main;
  private final Map<Integer, Label> entries = new HashMap<>();
  private final Map<Integer, Label> epilogues = new HashMap<>();

  Frames(Translation to, Emitters machine) {
    this.to = to;
    this.machine = machine;
    emit = machine.frames();
    main = to.source().functions().getFirst();
    for (var function : to.source().functions()) {
      entries.put(function.first(), new Label());
    }
  }

  /** Where a local call enters the function that starts with this instruction. */
  Label entry(int first) {
    var label = entries.get(first);
    if (label == null) {
      throw new IllegalArgumentException("local call into a function: index=" + first);
    }
    return label;
  }

  void prologue(BpfFunction function) {
    if (function.equals(main)) {
      emit.patchSite();
      if (to.source().callSite()) {
        emit.callSite();
      }
      machine.code().bind(entry(main.first()));
      emit.enterProgram(main);
      startRegisters(to.flow().liveBefore(main.first()));
    } else {
      machine.code().bind(entry(function.first()));
      emit.enterFunction(function);
    }
  }

  /** In ascending order, so that no argument is overwritten before it was moved. */
  private void startRegisters(int live) {
    for (int r = 0; r < BpfOp.FP; r++) {
      if (!RegisterSet.has(live, r)) {
        continue;
      }
      switch (r) {
        case 1 -> emit.memoryStart();
        case 2 -> emit.memoryBytes();
        default -> machine.alu().constant(r, 0);
      }
    }
  }

  /** Returns from a function; the first EXIT has the code, the others jump there. */
  void exit(BpfFunction function) {
    boolean first = function.equals(main);
    var done = first ? to.exit() : epilogues.computeIfAbsent(function.first(), _ -> new Label());
    if (done.bound()) {
      machine.code().jump(done);
      return;
    }
    machine.code().bind(done);
    if (first) {
      emit.leaveProgram(function);
    } else {
      emit.leaveFunction(function);
    }
  }

  /** Gives the way out its place, if no EXIT of the first function did. */
  void emitExit() {
    if (!to.exit().bound()) {
      exit(main);
    }
  }
}
