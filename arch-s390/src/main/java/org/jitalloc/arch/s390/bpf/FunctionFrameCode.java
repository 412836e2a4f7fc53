package org.jitalloc.arch.s390.bpf;

import org.jitalloc.arch.bpf.BpfFrame;
import org.jitalloc.arch.bpf.BpfFunction;
import org.jitalloc.arch.bpf.BpfOp;
import org.jitalloc.arch.s390.asm.Assembler;
import org.jitalloc.arch.s390.asm.HalfOp;
import org.jitalloc.arch.s390.asm.Mem;
import org.jitalloc.arch.s390.asm.MemOp;
import org.jitalloc.arch.s390.asm.PairOp;
import org.jitalloc.arch.s390.asm.Reg;
import org.jitalloc.arch.s390.asm.RegOp;
import org.jitalloc.arch.support.bpf.FunctionFrameEmitter;
import org.jitalloc.arch.support.bpf.FunctionUsage;

/** The prologues and epilogues of functions. */
final class FunctionFrameCode implements FunctionFrameEmitter {
  /*
   * One instruction saves a range of registers in the save area that the ABI defines in the frame
   * of the caller. So the program saves all callee-saved registers, and functions save r6 to r10 of
   * BPF with the return address. R6, R11 and R12, which are r5, the frame and r0, are not restored
   * in functions. A function with calls allocates a frame of 160 bytes, which contains the save
   * area for its callees.
   */
  private static final int FRAME_BYTES = 160;

  private static final Reg C_FRAME = Reg.R2;
  private static final Reg C_MEMORY = Reg.R3;
  private static final Reg C_MEMORY_BYTES = Reg.R4;

  private final Assembler asm;
  private final FunctionUsage usage;

  FunctionFrameCode(Assembler asm, FunctionUsage usage) {
    this.asm = asm;
    this.usage = usage;
  }

  @Override
  public void patchSite() {
    asm.patchSite();
  }

  @Override
  public void callSite() {
    asm.patchSite();
  }

  @Override
  public void enterProgram(BpfFunction main) {
    asm.pair(PairOp.STMG, Reg.R6, Reg.R15, saved(Reg.R6, 0));
    makeFrame(main);
    if (usage.needsFrame()) {
      asm.reg(RegOp.LGR, BpfRegisters.FRAME, C_FRAME);
    }
    if (usage.leavesFromDepth()) {
      asm.mem(MemOp.STG, BpfRegisters.MACHINE_STACK, Mem.at(C_FRAME, BpfFrame.SAVED_SP));
    }
    if (usage.usesStack()) {
      asm.mem(MemOp.LG, BpfRegisters.of(BpfOp.FP), Mem.at(C_FRAME, BpfFrame.STACK_TOP));
    }
  }

  @Override
  public void memoryStart() {
    asm.reg(RegOp.LGR, BpfRegisters.of(1), C_MEMORY);
  }

  @Override
  public void memoryBytes() {
    asm.reg(RegOp.LGR, BpfRegisters.of(2), C_MEMORY_BYTES);
  }

  @Override
  public void enterFunction(BpfFunction function) {
    asm.pair(PairOp.STMG, Reg.R7, Reg.R15, saved(Reg.R7, 0));
    makeFrame(function);
    if (usage.hasStack(function)) {
      asm.half(HalfOp.AGHI, BpfRegisters.of(BpfOp.FP), -BpfFrame.STACK_BYTES);
    }
  }

  @Override
  public void leaveProgram(BpfFunction main) {
    asm.reg(RegOp.LGR, BpfRegisters.C_RESULT, BpfRegisters.RESULT);
    asm.pair(PairOp.LMG, Reg.R6, Reg.R15, saved(Reg.R6, frameBytes(main)));
    asm.jump(BpfRegisters.LINK);
  }

  @Override
  public void leaveFunction(BpfFunction function) {
    int frameBytes = frameBytes(function);
    asm.pair(PairOp.LMG, Reg.R7, Reg.R10, saved(Reg.R7, frameBytes));
    asm.pair(PairOp.LMG, Reg.R13, Reg.R15, saved(Reg.R13, frameBytes));
    asm.jump(BpfRegisters.LINK);
  }

  private int frameBytes(BpfFunction function) {
    return usage.calls(function) ? FRAME_BYTES : 0;
  }

  private void makeFrame(BpfFunction function) {
    if (usage.calls(function)) {
      asm.half(HalfOp.AGHI, BpfRegisters.MACHINE_STACK, -FRAME_BYTES);
    }
  }

  /** {@return the save area of a register and the following ones in the frame of the caller} */
  private static Mem saved(Reg first, int frameBytes) {
    return Mem.at(BpfRegisters.MACHINE_STACK, frameBytes + first.ordinal() * Long.BYTES);
  }
}
