package org.jitalloc.arch.s390.trace;

import org.jitalloc.arch.s390.asm.Assembler;
import org.jitalloc.arch.s390.asm.Cond;
import org.jitalloc.arch.s390.asm.HalfOp;
import org.jitalloc.arch.s390.asm.Mem;
import org.jitalloc.arch.s390.asm.MemOp;
import org.jitalloc.arch.s390.asm.PairOp;
import org.jitalloc.arch.s390.asm.Reg;
import org.jitalloc.arch.s390.asm.RegOp;
import org.jitalloc.arch.s390.asm.WordOp;
import org.jitalloc.arch.support.asm.Label;
import org.jitalloc.arch.support.trace.EventEmitter;
import org.jitalloc.arch.trace.TraceArea;

/** Emits the write of an event, whose address is in R6. Uses R5 and R7. */
final class EventCode implements EventEmitter {
  private final Assembler code;
  private final TraceArea area;
  private final SlotCode slot;
  private final boolean returns;

  /** With {@code returns}, the return address of the function is in R4. */
  EventCode(Assembler code, TraceArea area, SlotCode slot, boolean returns) {
    this.code = code;
    this.area = area;
    this.slot = slot;
    this.returns = returns;
  }

  @Override
  public void jumpIfOff(Label off) {
    Mem on = Mem.at(SlotCode.SLOTS, TraceArea.ON - TraceArea.SLOT_BYTES);
    code.mem(MemOp.LTG, Reg.R5, on);
    code.jump(Cond.EQUAL, off);
  }

  @Override
  public void jumpIfFull(Label full) {
    slot.load(Reg.R5, TraceArea.WRITTEN);
    code.reg(RegOp.LGR, Reg.R6, Reg.R5);
    code.mem(MemOp.SG, Reg.R6, Mem.at(SlotCode.SLOT, TraceArea.READ));
    code.word(WordOp.CLGFI, Reg.R6, area.events());
    code.jump(Cond.NOT_LOW, full);
  }

  @Override
  public void begin() {
    code.reg(RegOp.LGR, Reg.R6, Reg.R5);
    slot.eventAddress();
    code.storeClock(Mem.at(Reg.R6, TraceArea.TIME));
  }

  @Override
  public void putCall() {
    put(EntryCode.BEHIND_SITE, TraceArea.IP);
    put(returns ? ReturnFrameCode.OF_FRAME : EntryCode.PARENT, TraceArea.LINK);
  }

  @Override
  public void putReturn() {
    put(EntryCode.BEHIND_SITE, TraceArea.IP);
    put(ReturnFrameCode.OF_FRAME, TraceArea.LINK);
  }

  private void put(Reg from, int offset) {
    code.mem(MemOp.STG, from, Mem.at(Reg.R6, offset));
  }

  @Override
  public void kind(int kind) {
    code.half(HalfOp.LGHI, Reg.R7, kind);
    put(Reg.R7, TraceArea.KIND);
  }

  @Override
  public void kindWithDepth(int kind) {
    slot.load(Reg.R7, TraceArea.FRAMES);
    code.shift(PairOp.SLLG, Reg.R7, Reg.R7, TraceArea.DEPTH_SHIFT);
    code.half(HalfOp.AGHI, Reg.R7, kind);
    put(Reg.R7, TraceArea.KIND);
  }

  /** A plain store: the architecture does not reorder stores. */
  @Override
  public void publish() {
    code.half(HalfOp.AGHI, Reg.R5, 1);
    slot.store(Reg.R5, TraceArea.WRITTEN);
  }
}
