package org.jitalloc.arch.s390.trace;

import org.jitalloc.arch.s390.asm.Assembler;
import org.jitalloc.arch.s390.asm.Cond;
import org.jitalloc.arch.s390.asm.HalfOp;
import org.jitalloc.arch.s390.asm.Mem;
import org.jitalloc.arch.s390.asm.MemOp;
import org.jitalloc.arch.s390.asm.PairOp;
import org.jitalloc.arch.s390.asm.Reg;
import org.jitalloc.arch.s390.asm.RegOp;
import org.jitalloc.arch.support.asm.Label;
import org.jitalloc.arch.support.trace.StackEmitter;
import org.jitalloc.arch.trace.TraceArea;

/** Emits comparisons of saved stack pointers with R15. Uses R4 and R7. */
final class StackCode implements StackEmitter {
  /*
   * The layout from R15 on: the structure stack_t that the kernel writes (address, flags, length),
   * then R2 and R3. A system call changes only R2.
   */
  private static final byte[] SVC_SIGALTSTACK = {0x0a, (byte) 186};
  private static final int LENGTH = 16;
  private static final int R2_OFFSET = 24;
  private static final int BYTES = 40;
  private static final Reg THREAD = Reg.R4;
  private static final Reg SCRATCH = Reg.R7;

  private final Assembler code;
  private final TraceArea area;

  StackCode(Assembler code, TraceArea area) {
    this.code = code;
    this.area = area;
  }

  private void loadSaved(Saved saved) {
    switch (saved) {
      case FRAME -> {
        code.mem(MemOp.LG, SCRATCH, Mem.at(Reg.R6, TraceArea.STACK));
        code.shift(PairOp.SLLG, SCRATCH, SCRATCH, 1);
        code.shift(PairOp.SRLG, SCRATCH, SCRATCH, 1);
      }
      case BUSY -> code.mem(MemOp.LG, SCRATCH, Mem.at(SlotCode.SLOT, TraceArea.BUSY));
    }
  }

  @Override
  public void ask() {
    code.address(Reg.R15, Mem.at(Reg.R15, -BYTES));
    code.pair(PairOp.STMG, Reg.R2, Reg.R3, Mem.at(Reg.R15, R2_OFFSET));
    code.half(HalfOp.LGHI, Reg.R2, 0);
    code.reg(RegOp.LGR, Reg.R3, Reg.R15);
    code.raw(SVC_SIGALTSTACK);
    code.pair(PairOp.LMG, Reg.R2, Reg.R3, Mem.at(Reg.R15, R2_OFFSET));
  }

  @Override
  public void answered() {
    code.address(Reg.R15, Mem.at(Reg.R15, BYTES));
  }

  @Override
  public void jumpIfAlternate(Saved saved, Label alternate) {
    loadSaved(saved);
    jumpIfScratchAlternate(alternate);
  }

  @Override
  public void jumpIfOnAlternate(Label alternate) {
    code.reg(RegOp.LGR, SCRATCH, Reg.R15);
    jumpIfScratchAlternate(alternate);
  }

  private void jumpIfScratchAlternate(Label alternate) {
    code.mem(MemOp.SG, SCRATCH, Mem.at(Reg.R15, 0));
    code.mem(MemOp.CLG, SCRATCH, Mem.at(Reg.R15, LENGTH));
    code.jump(Cond.LOW, alternate);
  }

  @Override
  public void jumpUnlessOwn(Saved saved, Label other) {
    code.threadPointer(THREAD);
    code.reg(RegOp.LGR, SCRATCH, Reg.R15);
    jumpUnlessScratchOwn(other);
    loadSaved(saved);
    jumpUnlessScratchOwn(other);
  }

  private void jumpUnlessScratchOwn(Label other) {
    int offset = Math.toIntExact(area.threadStack());
    code.mem(MemOp.SG, SCRATCH, Mem.at(THREAD, offset));
    code.mem(MemOp.CLG, SCRATCH, Mem.at(THREAD, offset + Long.BYTES));
    code.jump(Cond.NOT_LOW, other);
  }

  @Override
  public void jumpIfSame(Label same) {
    compareWithEntry(Saved.FRAME);
    code.jump(Cond.EQUAL, same);
  }

  @Override
  public void jumpIfHigher(Label higher) {
    compareWithEntry(Saved.FRAME);
    code.jump(Cond.HIGH, higher);
  }

  @Override
  public void jumpIfBelowBusy(Label below) {
    compareWithEntry(Saved.BUSY);
    code.jump(Cond.HIGH, below);
  }

  private void compareWithEntry(Saved saved) {
    loadSaved(saved);
    code.address(THREAD, Mem.at(Reg.R15, BYTES));
    code.reg(RegOp.CLGR, SCRATCH, THREAD);
  }
}
