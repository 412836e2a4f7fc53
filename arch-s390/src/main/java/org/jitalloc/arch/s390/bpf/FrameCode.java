package org.jitalloc.arch.s390.bpf;

import java.util.HashMap;
import java.util.Map;
import org.jitalloc.arch.bpf.BpfFrame;
import org.jitalloc.arch.bpf.BpfFunction;
import org.jitalloc.arch.s390.asm.Assembler;
import org.jitalloc.arch.s390.asm.HalfOp;
import org.jitalloc.arch.s390.asm.Label;
import org.jitalloc.arch.s390.asm.Mem;
import org.jitalloc.arch.s390.asm.MemOp;
import org.jitalloc.arch.s390.asm.PairOp;
import org.jitalloc.arch.s390.asm.Reg;
import org.jitalloc.arch.s390.asm.RegOp;

/** How functions begin and end. */
final class FrameCode {
  /*
   * Each function saves registers where the ABI has room for them, in the frame of its caller, and makes a frame of 160
   * bytes that is such room for the ones it calls. The first function saves all that C wants preserved, since the program
   * may be left from any depth with nothing but its machine stack pointer. The others give back r6 to r10, but not r0
   * to r5: what they leave there is visible to their caller.
   */
  private static final int FRAME_BYTES = 160;

  private static final Reg C_FRAME = Reg.R2;
  private static final Reg C_MEMORY = Reg.R3;
  private static final Reg C_MEMORY_BYTES = Reg.R4;

  private final Translation to;
  private final Assembler asm;
  private final BpfFunction main;
  private final Map<Integer, Label> entries = new HashMap<>();
  private final Map<Integer, Label> epilogues = new HashMap<>();

  FrameCode(Translation to) {
    this.to = to;
    asm = to.asm;
    main = to.source.functions().getFirst();
    for (var function : to.source.functions()) entries.put(function.first(), new Label());
  }

  /** Where a local call enters the function that starts with this instruction. */
  Label entry(int first) {
    var label = entries.get(first);
    if (label == null)
      throw new IllegalArgumentException("local call into a function: index=" + first);
    return label;
  }

  void prologue(BpfFunction function) {
    if (function.equals(main)) {
      startProgram();
    } else {
      asm.bind(entry(function.first()));
      asm.pair(PairOp.STMG, Reg.R7, Reg.R15, saved(Reg.R7, 0));
      makeFrame();
      asm.half(HalfOp.AGHI, Registers.of(Registers.STACK_POINTER), -BpfFrame.STACK_BYTES);
    }
  }

  /** Returns from a function; the first EXIT has the code, the others jump there. */
  void exit(BpfFunction function) {
    var done =
        function.equals(main)
            ? to.exit
            : epilogues.computeIfAbsent(function.first(), _ -> new Label());
    if (done.bound()) {
      asm.jump(done);
    } else {
      asm.bind(done);
      epilogue(function);
    }
  }

  /** Gives the way out its place, if no EXIT of the first function did. */
  void emitExit() {
    if (!to.exit.bound()) exit(main);
  }

  private void startProgram() {
    asm.patchSite();
    asm.bind(entry(main.first()));
    asm.pair(PairOp.STMG, Reg.R6, Reg.R15, saved(Reg.R6, 0));
    makeFrame();
    asm.reg(RegOp.LGR, Registers.FRAME, C_FRAME);
    asm.mem(MemOp.STG, Registers.MACHINE_STACK, LeaveCode.field(BpfFrame.SAVED_SP));
    asm.reg(RegOp.LGR, Registers.of(1), C_MEMORY);
    asm.reg(RegOp.LGR, Registers.of(2), C_MEMORY_BYTES);
    asm.mem(MemOp.LG, Registers.of(Registers.STACK_POINTER), LeaveCode.field(BpfFrame.STACK_TOP));
    asm.constant(Registers.RESULT, 0);
    for (int r = 3; r < Registers.STACK_POINTER; r++) asm.constant(Registers.of(r), 0);
  }

  private void epilogue(BpfFunction function) {
    if (function.equals(main)) {
      asm.reg(RegOp.LGR, Registers.C_RESULT, Registers.RESULT);
      asm.pair(PairOp.LMG, Reg.R6, Reg.R15, saved(Reg.R6, FRAME_BYTES));
    } else {
      asm.pair(PairOp.LMG, Reg.R7, Reg.R10, saved(Reg.R7, FRAME_BYTES));
      asm.pair(PairOp.LMG, Reg.R13, Reg.R15, saved(Reg.R13, FRAME_BYTES));
    }
    asm.jump(Registers.LINK);
  }

  private void makeFrame() {
    asm.half(HalfOp.AGHI, Registers.MACHINE_STACK, -FRAME_BYTES);
  }

  /** Where a register, and the ones behind it, are kept in the caller's frame. */
  private static Mem saved(Reg first, int frameBytes) {
    return Mem.at(Registers.MACHINE_STACK, frameBytes + first.ordinal() * Long.BYTES);
  }
}
