package org.jitalloc.arch.arm64.trace;

import static org.jitalloc.arch.arm64.trace.SlotCode.SCRATCH;

import org.jitalloc.arch.arm64.asm.AluOp;
import org.jitalloc.arch.arm64.asm.Assembler;
import org.jitalloc.arch.arm64.asm.Cond;
import org.jitalloc.arch.arm64.asm.Mem;
import org.jitalloc.arch.arm64.asm.Reg;
import org.jitalloc.arch.arm64.asm.ShiftOp;
import org.jitalloc.arch.arm64.asm.Width;
import org.jitalloc.arch.support.asm.Label;
import org.jitalloc.arch.support.trace.StackEmitter;
import org.jitalloc.arch.trace.TraceArea;

/** Emits comparisons of saved stack pointers with SP. Uses X15 to X17. */
final class StackCode implements StackEmitter {
  /*
   * The layout from SP on: the structure stack_t that the kernel writes (address, flags, length),
   * then X0, X1 and X8. A system call changes only X0.
   */
  private static final int SIGALTSTACK = 132;
  private static final int LENGTH = 16;
  private static final int X0_OFFSET = 24;
  private static final int X8_OFFSET = 40;
  private static final int BYTES = 48;

  private final Assembler code;
  private final TraceArea area;

  StackCode(Assembler code, TraceArea area) {
    this.code = code;
    this.area = area;
  }

  private void loadSaved(Saved saved) {
    switch (saved) {
      case FRAME -> {
        Mem place = Mem.at(ReturnFrameCode.FRAME, TraceArea.STACK);
        code.load(Width.B8, Reg.X16, place, SCRATCH);
        code.shift(ShiftOp.LSL, Width.B8, Reg.X16, Reg.X16, 1);
        code.shift(ShiftOp.LSR, Width.B8, Reg.X16, Reg.X16, 1);
      }
      case BUSY -> code.load(Width.B8, Reg.X16, Mem.at(SlotCode.SLOT, TraceArea.BUSY), SCRATCH);
    }
  }

  @Override
  public void ask() {
    code.alu(AluOp.SUB, Width.B8, Reg.SP, Reg.SP, BYTES, SCRATCH);
    code.storePair(Reg.X0, Reg.X1, Mem.at(Reg.SP, X0_OFFSET));
    code.store(Width.B8, Reg.X8, Mem.at(Reg.SP, X8_OFFSET), SCRATCH);
    code.movImm(Reg.X0, 0);
    code.movSp(Reg.X1, Reg.SP);
    code.movImm(Reg.X8, SIGALTSTACK);
    code.systemCall();
    code.loadPair(Reg.X0, Reg.X1, Mem.at(Reg.SP, X0_OFFSET));
    code.load(Width.B8, Reg.X8, Mem.at(Reg.SP, X8_OFFSET), SCRATCH);
  }

  @Override
  public void answered() {
    code.alu(AluOp.ADD, Width.B8, Reg.SP, Reg.SP, BYTES, SCRATCH);
  }

  @Override
  public void jumpIfAlternate(Saved saved, Label alternate) {
    loadSaved(saved);
    jumpIfX16Alternate(alternate);
  }

  @Override
  public void jumpIfOnAlternate(Label alternate) {
    code.movSp(Reg.X16, Reg.SP);
    jumpIfX16Alternate(alternate);
  }

  private void jumpIfX16Alternate(Label alternate) {
    code.load(Width.B8, Reg.X15, Mem.at(Reg.SP, 0), SCRATCH);
    code.alu(AluOp.SUB, Width.B8, Reg.X16, Reg.X16, Reg.X15);
    code.load(Width.B8, Reg.X15, Mem.at(Reg.SP, LENGTH), SCRATCH);
    compare();
    code.jump(Cond.LO, alternate);
  }

  private void compare() {
    code.alu(AluOp.SUBS, Width.B8, Reg.ZR, Reg.X16, Reg.X15);
  }

  @Override
  public void jumpUnlessOwn(Saved saved, Label other) {
    code.movSp(Reg.X16, Reg.SP);
    jumpUnlessX16Own(other);
    loadSaved(saved);
    jumpUnlessX16Own(other);
  }

  private void jumpUnlessX16Own(Label other) {
    loadThreadWord(0);
    code.alu(AluOp.SUB, Width.B8, Reg.X16, Reg.X16, Reg.X15);
    loadThreadWord(Long.BYTES);
    compare();
    code.jump(Cond.HS, other);
  }

  private void loadThreadWord(int index) {
    SlotCode.threadPointer(code, Reg.X15);
    int offset = Math.toIntExact(area.threadStack() + index);
    code.load(Width.B8, Reg.X15, Mem.at(Reg.X15, offset), SCRATCH);
  }

  @Override
  public void jumpIfSame(Label same) {
    compareWithEntry(Saved.FRAME);
    code.jump(Cond.EQ, same);
  }

  @Override
  public void jumpIfHigher(Label higher) {
    compareWithEntry(Saved.FRAME);
    code.jump(Cond.HI, higher);
  }

  @Override
  public void jumpIfBelowBusy(Label below) {
    compareWithEntry(Saved.BUSY);
    code.jump(Cond.HI, below);
  }

  private void compareWithEntry(Saved saved) {
    loadSaved(saved);
    code.alu(AluOp.ADD, Width.B8, Reg.X15, Reg.SP, BYTES, SCRATCH);
    compare();
  }
}
