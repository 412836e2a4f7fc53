package org.jitalloc.arch.arm64.bpf;

import java.util.ArrayList;
import java.util.List;
import org.jitalloc.arch.arm64.asm.AluOp;
import org.jitalloc.arch.arm64.asm.Assembler;
import org.jitalloc.arch.arm64.asm.Mem;
import org.jitalloc.arch.arm64.asm.Reg;
import org.jitalloc.arch.arm64.asm.Width;
import org.jitalloc.arch.bpf.BpfFrame;
import org.jitalloc.arch.bpf.BpfFunction;
import org.jitalloc.arch.bpf.BpfOp;
import org.jitalloc.arch.support.bpf.FunctionFrameEmitter;
import org.jitalloc.arch.support.bpf.FunctionUsage;

/** The prologues and epilogues of functions. */
final class FunctionFrameCode implements FunctionFrameEmitter {
  /*
   * A function with calls saves the link register in a frame record, for stack walks. The machine
   * stack is always aligned to 16 bytes, as the processor requires.
   */
  private static final int STACK_ALIGN = 16;

  private static final Reg C_FRAME = Reg.X0;
  private static final Reg C_MEMORY = Reg.X1;
  private static final Reg C_MEMORY_BYTES = Reg.X2;
  private static final Reg FRAME_POINTER = Reg.X29;
  private static final Reg LINK = Reg.X30;

  private final Assembler asm;
  private final FunctionUsage usage;

  FunctionFrameCode(Assembler asm, FunctionUsage usage) {
    this.asm = asm;
    this.usage = usage;
  }

  @Override
  public void patchSite() {
    asm.nop();
  }

  @Override
  public void callSite() {
    asm.mov(Width.B8, Reg.X9, LINK);
    asm.nop();
  }

  @Override
  public void enterProgram(BpfFunction main) {
    save(savedByProgram(main));
    if (usage.needsFrame()) {
      asm.mov(Width.B8, BpfRegisters.FRAME, C_FRAME);
    }
    if (usage.leavesFromDepth()) {
      asm.movSp(BpfRegisters.SCRATCH, Reg.SP);
      var field = Mem.at(C_FRAME, BpfFrame.SAVED_SP);
      asm.store(Width.B8, BpfRegisters.SCRATCH, field, BpfRegisters.CONSTANT);
    }
    if (usage.usesStack()) {
      var field = Mem.at(C_FRAME, BpfFrame.STACK_TOP);
      asm.load(Width.B8, BpfRegisters.of(BpfOp.FP), field, BpfRegisters.CONSTANT);
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
    save(pairs(saved(function)));
    moveStack(function, AluOp.SUB);
  }

  @Override
  public void leaveProgram(BpfFunction main) {
    asm.mov(Width.B8, BpfRegisters.C_RESULT, BpfRegisters.of(0));
    restore(savedByProgram(main));
  }

  @Override
  public void leaveFunction(BpfFunction function) {
    moveStack(function, AluOp.ADD);
    restore(pairs(saved(function)));
  }

  private void moveStack(BpfFunction function, AluOp op) {
    if (usage.hasStack(function)) {
      var stack = BpfRegisters.of(BpfOp.FP);
      asm.alu(op, Width.B8, stack, stack, BpfFrame.STACK_BYTES, BpfRegisters.CONSTANT);
    }
  }

  private void save(List<Reg> saved) {
    if (saved.isEmpty()) {
      return;
    }
    asm.alu(AluOp.SUB, Width.B8, Reg.SP, Reg.SP, bytes(saved), BpfRegisters.CONSTANT);
    for (int i = 0; i < saved.size(); i += 2) {
      asm.storePair(saved.get(i), saved.get(i + 1), Mem.at(Reg.SP, i * Long.BYTES));
    }
    if (saved.getFirst() == FRAME_POINTER) {
      asm.movSp(FRAME_POINTER, Reg.SP);
    }
  }

  private void restore(List<Reg> saved) {
    for (int i = 0; i < saved.size(); i += 2) {
      asm.loadPair(saved.get(i), saved.get(i + 1), Mem.at(Reg.SP, i * Long.BYTES));
    }
    if (!saved.isEmpty()) {
      asm.alu(AluOp.ADD, Width.B8, Reg.SP, Reg.SP, bytes(saved), BpfRegisters.CONSTANT);
    }
    asm.ret();
  }

  private static int bytes(List<Reg> saved) {
    return saved.size() / 2 * STACK_ALIGN;
  }

  private List<Reg> savedByProgram(BpfFunction main) {
    var saved = saved(main);
    if (usage.usesStack()) {
      saved.add(BpfRegisters.of(BpfOp.FP));
    }
    if (usage.needsFrame()) {
      saved.add(BpfRegisters.FRAME);
    }
    return pairs(saved);
  }

  private List<Reg> saved(BpfFunction function) {
    var saved = new ArrayList<Reg>();
    if (usage.calls(function)) {
      saved.addAll(List.of(FRAME_POINTER, LINK));
    }
    for (int r : usage.saves(function)) {
      saved.add(BpfRegisters.of(r));
    }
    return saved;
  }

  /** {@return pairs of registers; a scratch register may complete the last one} */
  private static List<Reg> pairs(List<Reg> saved) {
    if (saved.size() % 2 != 0) {
      saved.add(BpfRegisters.SCRATCH);
    }
    return saved;
  }
}
