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
import org.jitalloc.arch.support.bpf.FrameEmitter;
import org.jitalloc.arch.support.bpf.Usage;

/** How functions begin and end. */
final class FrameCode implements FrameEmitter {
  /*
   * A function that calls saves the link register, with a frame record for who walks the stack. The machine stack is always
   * aligned to 16 bytes, as the processor demands.
   */
  private static final int STACK_ALIGN = 16;

  private static final Reg C_FRAME = Reg.X0;
  private static final Reg C_MEMORY = Reg.X1;
  private static final Reg C_MEMORY_BYTES = Reg.X2;
  private static final Reg FRAME_POINTER = Reg.X29;
  private static final Reg LINK = Reg.X30;

  private final Assembler asm;
  private final Usage usage;

  FrameCode(Assembler asm, Usage usage) {
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
    if (usage.needsFrame()) asm.mov(Width.B8, Registers.FRAME, C_FRAME);
    if (usage.leavesFromDepth()) {
      asm.movSp(Registers.SCRATCH, Reg.SP);
      var field = Mem.at(C_FRAME, BpfFrame.SAVED_SP);
      asm.store(Width.B8, Registers.SCRATCH, field, Registers.CONSTANT);
    }
    if (usage.usesStack()) {
      var field = Mem.at(C_FRAME, BpfFrame.STACK_TOP);
      asm.load(Width.B8, Registers.of(BpfOp.FP), field, Registers.CONSTANT);
    }
  }

  @Override
  public void memoryStart() {
    asm.mov(Width.B8, Registers.of(1), C_MEMORY);
  }

  @Override
  public void memoryBytes() {
    asm.mov(Width.B8, Registers.of(2), C_MEMORY_BYTES);
  }

  @Override
  public void enterFunction(BpfFunction function) {
    save(pairs(saved(function)));
    moveStack(function, AluOp.SUB);
  }

  @Override
  public void leaveProgram(BpfFunction main) {
    asm.mov(Width.B8, Registers.C_RESULT, Registers.of(0));
    restore(savedByProgram(main));
  }

  @Override
  public void leaveFunction(BpfFunction function) {
    moveStack(function, AluOp.ADD);
    restore(pairs(saved(function)));
  }

  private void moveStack(BpfFunction function, AluOp op) {
    if (usage.hasStack(function)) {
      var stack = Registers.of(BpfOp.FP);
      asm.alu(op, Width.B8, stack, stack, BpfFrame.STACK_BYTES, Registers.CONSTANT);
    }
  }

  private void save(List<Reg> saved) {
    if (saved.isEmpty()) return;
    asm.alu(AluOp.SUB, Width.B8, Reg.SP, Reg.SP, bytes(saved), Registers.CONSTANT);
    for (int i = 0; i < saved.size(); i += 2) {
      asm.storePair(saved.get(i), saved.get(i + 1), Mem.at(Reg.SP, i * Long.BYTES));
    }
    if (saved.getFirst() == FRAME_POINTER) asm.movSp(FRAME_POINTER, Reg.SP);
  }

  private void restore(List<Reg> saved) {
    for (int i = 0; i < saved.size(); i += 2) {
      asm.loadPair(saved.get(i), saved.get(i + 1), Mem.at(Reg.SP, i * Long.BYTES));
    }
    if (!saved.isEmpty()) {
      asm.alu(AluOp.ADD, Width.B8, Reg.SP, Reg.SP, bytes(saved), Registers.CONSTANT);
    }
    asm.ret();
  }

  private static int bytes(List<Reg> saved) {
    return saved.size() / 2 * STACK_ALIGN;
  }

  private List<Reg> savedByProgram(BpfFunction main) {
    var saved = saved(main);
    if (usage.usesStack()) saved.add(Registers.of(BpfOp.FP));
    if (usage.needsFrame()) saved.add(Registers.FRAME);
    return pairs(saved);
  }

  private List<Reg> saved(BpfFunction function) {
    var saved = new ArrayList<Reg>();
    if (usage.calls(function)) saved.addAll(List.of(FRAME_POINTER, LINK));
    for (int r : usage.saves(function)) saved.add(Registers.of(r));
    return saved;
  }

  /** Pairs of registers; the last may be made one by a scratch register. */
  private static List<Reg> pairs(List<Reg> saved) {
    if (saved.size() % 2 != 0) saved.add(Registers.SCRATCH);
    return saved;
  }
}
