package org.jitalloc.arch.s390.trace;

import org.jitalloc.arch.s390.asm.Assembler;
import org.jitalloc.arch.s390.asm.Cond;
import org.jitalloc.arch.s390.asm.HalfOp;
import org.jitalloc.arch.s390.asm.Mem;
import org.jitalloc.arch.s390.asm.MemOp;
import org.jitalloc.arch.s390.asm.Reg;
import org.jitalloc.arch.s390.asm.RegOp;
import org.jitalloc.arch.s390.asm.ReturnMark;
import org.jitalloc.arch.s390.asm.WordOp;
import org.jitalloc.arch.support.asm.Label;
import org.jitalloc.arch.support.trace.ReturnFrameEmitter;
import org.jitalloc.arch.trace.TraceArea;

/**
 * Traces returns. A place is the stack pointer; R5 is the count, R6 the frame. After {@link #put},
 * R4 is the original return address; after {@link #take}, R4 is the time of the call and R0 its
 * site.
 */
final class ReturnFrameCode implements ReturnFrameEmitter {
  static final Reg OF_FRAME = Reg.R4;
  private static final Reg COUNT = Reg.R5;
  private static final Reg FRAME = Reg.R6;

  private static final Reg SCRATCH = Reg.R7;

  /** The lowest address of code. */
  private static final int LOWEST_CODE = 1 << 16;

  private static final int HIGHEST_BIT = 1 << 31;

  private final Assembler code;
  private final TraceArea area;
  private final SlotCode slot;
  private final long hook;

  /** {@code hook} is the address of the hook. */
  ReturnFrameCode(Assembler code, TraceArea area, SlotCode slot, long hook) {
    this.code = code;
    this.area = area;
    this.slot = slot;
    this.hook = hook;
  }

  private static Mem at(int offset) {
    return Mem.at(FRAME, offset);
  }

  @Override
  public void load(boolean returned) {
    slot.load(COUNT, TraceArea.FRAMES);
  }

  @Override
  public void store() {
    slot.store(COUNT, TraceArea.FRAMES);
  }

  @Override
  public void jumpIfNone(Label none) {
    code.reg(RegOp.LTGR, COUNT, COUNT);
    code.jump(Cond.EQUAL, none);
  }

  @Override
  public void jumpIfFull(Label full) {
    code.word(WordOp.CLGFI, COUNT, area.depth());
    code.jump(Cond.NOT_LOW, full);
  }

  @Override
  public void last() {
    code.reg(RegOp.LGR, FRAME, COUNT);
    code.half(HalfOp.AGHI, FRAME, -1);
    slot.frameAddress();
  }

  @Override
  public void drop() {
    code.half(HalfOp.AGHI, COUNT, -1);
  }

  @Override
  public void keep() {
    code.half(HalfOp.AGHI, COUNT, 1);
  }

  @Override
  public void jumpUnlessLower(Label higher, Label same) {
    code.mem(MemOp.CG, Reg.R15, at(TraceArea.STACK));
    code.jump(Cond.LOW, higher);
    code.jump(Cond.EQUAL, same);
  }

  @Override
  public void jumpIfHooked(Label hooked) {
    var no = new Label();
    code.word(WordOp.CLGFI, EntryCode.PARENT, LOWEST_CODE);
    code.jump(Cond.LOW, no);
    code.mem(MemOp.LLGF, SCRATCH, Mem.at(EntryCode.PARENT, 0));
    code.word(WordOp.CLGFI, SCRATCH, ReturnMark.CODE);
    code.jump(Cond.EQUAL, hooked);
    code.bind(no);
  }

  @Override
  public void all() {
    slot.load(COUNT, TraceArea.FRAMES);
  }

  @Override
  public void jumpIfAll(Label all) {
    code.mem(MemOp.CLG, COUNT, Mem.at(SlotCode.SLOT, TraceArea.FRAMES));
    code.jump(Cond.EQUAL, all);
  }

  @Override
  public void jumpIfLast(Label last) {
    code.reg(RegOp.LGR, SCRATCH, COUNT);
    code.half(HalfOp.AGHI, SCRATCH, 1);
    code.mem(MemOp.CLG, SCRATCH, Mem.at(SlotCode.SLOT, TraceArea.FRAMES));
    code.jump(Cond.EQUAL, last);
  }

  @Override
  public void swap() {
    for (int i = 0; i < TraceArea.EVENT_BYTES; i += Long.BYTES) {
      code.mem(MemOp.LG, SCRATCH, at(i));
      code.mem(MemOp.LG, OF_FRAME, at(TraceArea.EVENT_BYTES + i));
      code.mem(MemOp.STG, OF_FRAME, at(i));
      code.mem(MemOp.STG, SCRATCH, at(TraceArea.EVENT_BYTES + i));
    }
    code.half(HalfOp.AGHI, FRAME, TraceArea.EVENT_BYTES);
    keep();
  }

  @Override
  public void jumpIfOther(Label other) {
    code.mem(MemOp.CLG, Reg.R15, at(TraceArea.STACK));
    code.jump(Cond.NOT_EQUAL, other);
  }

  @Override
  public void put(boolean apart) {
    code.reg(RegOp.LGR, FRAME, COUNT);
    slot.frameAddress();
    if (apart) {
      code.reg(RegOp.LGR, SCRATCH, Reg.R15);
      code.word(WordOp.OIHF, SCRATCH, HIGHEST_BIT);
      code.mem(MemOp.STG, SCRATCH, at(TraceArea.STACK));
    } else {
      code.mem(MemOp.STG, Reg.R15, at(TraceArea.STACK));
    }
    code.mem(MemOp.STG, EntryCode.PARENT, at(TraceArea.RETURN_TO));
    code.mem(MemOp.STG, EntryCode.BEHIND_SITE, at(TraceArea.FRAME_IP));
    code.storeClock(at(TraceArea.CALLED_AT));
    code.half(HalfOp.AGHI, COUNT, 1);
    store();
    code.reg(RegOp.LGR, OF_FRAME, EntryCode.PARENT);
    code.constant(EntryCode.PARENT, hook);
  }

  @Override
  public void take() {
    code.mem(MemOp.LG, Reg.R14, at(TraceArea.RETURN_TO));
    code.mem(MemOp.LG, EntryCode.BEHIND_SITE, at(TraceArea.FRAME_IP));
    code.mem(MemOp.LG, OF_FRAME, at(TraceArea.CALLED_AT));
  }
}
