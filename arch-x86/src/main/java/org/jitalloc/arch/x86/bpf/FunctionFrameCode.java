package org.jitalloc.arch.x86.bpf;

import java.util.ArrayList;
import java.util.List;
import org.jitalloc.arch.bpf.BpfFrame;
import org.jitalloc.arch.bpf.BpfFunction;
import org.jitalloc.arch.bpf.BpfOp;
import org.jitalloc.arch.support.bpf.FunctionFrameEmitter;
import org.jitalloc.arch.support.bpf.FunctionUsage;
import org.jitalloc.arch.x86.asm.AluOp;
import org.jitalloc.arch.x86.asm.Assembler;
import org.jitalloc.arch.x86.asm.Mem;
import org.jitalloc.arch.x86.asm.Reg;
import org.jitalloc.arch.x86.asm.Width;

/** The prologues and epilogues of functions. */
final class FunctionFrameCode implements FunctionFrameEmitter {
  /*
   * If helpers are called, every function keeps the machine stack aligned to 16 bytes, as calls
   * require.
   */
  /**
   * The patch site for a call or jump; it is at the start, so it never crosses an 8-byte boundary.
   */
  private static final byte[] PATCH_SITE = {0x0f, 0x1f, 0x44, 0, 0};

  private static final Reg C_FRAME = Reg.RDI;
  private static final Reg C_MEMORY = Reg.RSI;
  private static final Reg C_MEMORY_BYTES = Reg.RDX;

  private final Assembler asm;
  private final FunctionUsage usage;

  FunctionFrameCode(Assembler asm, FunctionUsage usage) {
    this.asm = asm;
    this.usage = usage;
  }

  @Override
  public void patchSite() {
    asm.raw(PATCH_SITE);
  }

  @Override
  public void callSite() {
    asm.raw(PATCH_SITE);
  }

  @Override
  public void enterProgram(BpfFunction main) {
    var saved = savedByProgram(main);
    saved.forEach(asm::push);
    align(saved, AluOp.SUB);
    if (usage.needsFrame()) {
      asm.mov(Width.B8, BpfRegisters.FRAME, C_FRAME);
    }
    if (usage.leavesFromDepth()) {
      asm.store(Width.B8, Mem.at(C_FRAME, BpfFrame.SAVED_SP), Reg.RSP);
    }
    if (usage.usesStack()) {
      asm.load(Width.B8, BpfRegisters.of(BpfOp.FP), Mem.at(C_FRAME, BpfFrame.STACK_TOP));
    }
  }

  @Override
  public void memoryStart() {
    asm.mov(Width.B8, BpfRegisters.of(1), C_MEMORY);
  }

  @Override
  public void memoryBytes() {
    asm.mov(Width.B8, BpfRegisters.of(2), C_MEMORY_BYTES);
  }

  @Override
  public void enterFunction(BpfFunction function) {
    var saved = saved(function);
    saved.forEach(asm::push);
    align(saved, AluOp.SUB);
    moveStack(function, AluOp.SUB);
  }

  @Override
  public void leaveProgram(BpfFunction main) {
    leave(savedByProgram(main));
  }

  @Override
  public void leaveFunction(BpfFunction function) {
    moveStack(function, AluOp.ADD);
    leave(saved(function));
  }

  private void leave(List<Reg> saved) {
    align(saved, AluOp.ADD);
    saved.reversed().forEach(asm::pop);
    asm.ret();
  }

  private void moveStack(BpfFunction function, AluOp op) {
    if (usage.hasStack(function)) {
      asm.alu(op, Width.B8, BpfRegisters.of(BpfOp.FP), BpfFrame.STACK_BYTES);
    }
  }

  private void align(List<Reg> saved, AluOp op) {
    boolean odd = saved.size() % 2 == 0;
    if (usage.callsHelpers() && odd) {
      asm.alu(op, Width.B8, Reg.RSP, Long.BYTES);
    }
  }

  private List<Reg> saved(BpfFunction function) {
    return usage.saves(function).stream().map(BpfRegisters::of).toList();
  }

  private List<Reg> savedByProgram(BpfFunction main) {
    var saved = new ArrayList<Reg>();
    if (usage.usesStack()) {
      saved.add(BpfRegisters.of(BpfOp.FP));
    }
    saved.addAll(saved(main));
    if (usage.needsFrame()) {
      saved.add(BpfRegisters.FRAME);
    }
    return saved;
  }
}
