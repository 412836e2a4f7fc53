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
import org.jitalloc.arch.trace.TraceArea;

/** Writes an event into the ring of the slot that was found. Uses R5 to R7. */
final class EventCode {
  private final Assembler code;
  private final TraceArea area;
  private final SlotCode slot;

  EventCode(Assembler code, TraceArea area, SlotCode slot) {
    this.code = code;
    this.area = area;
    this.slot = slot;
  }

  /** R6 = the address of the next event, with its time; goes to a label if there is none. */
  void begin(Label full, Label off) {
    Mem on = Mem.at(SlotCode.SLOTS, TraceArea.ON - TraceArea.SLOT_BYTES);
    code.mem(MemOp.LTG, Reg.R5, on);
    code.jump(Cond.EQUAL, off);
    slot.load(Reg.R5, TraceArea.WRITTEN);
    code.reg(RegOp.LGR, Reg.R6, Reg.R5);
    code.mem(MemOp.SG, Reg.R6, Mem.at(SlotCode.SLOT, TraceArea.READ));
    code.word(WordOp.CLGFI, Reg.R6, area.events());
    code.jump(Cond.NOT_LOW, full);
    code.reg(RegOp.LGR, Reg.R6, Reg.R5);
    slot.eventAddress();
    code.storeClock(Mem.at(Reg.R6, TraceArea.TIME));
  }

  void put(Reg from, int offset) {
    code.mem(MemOp.STG, from, Mem.at(Reg.R6, offset));
  }

  void kind(int kind) {
    code.half(HalfOp.LGHI, Reg.R7, kind);
    put(Reg.R7, TraceArea.KIND);
  }

  /** A kind with as many returns awaited as the slot says. */
  void kindWithDepth(int kind) {
    slot.load(Reg.R7, TraceArea.FRAMES);
    code.shift(PairOp.SLLG, Reg.R7, Reg.R7, TraceArea.DEPTH_SHIFT);
    code.half(HalfOp.AGHI, Reg.R7, kind);
    put(Reg.R7, TraceArea.KIND);
  }

  /** The event is there: stores are seen in their order. */
  void publish() {
    code.half(HalfOp.AGHI, Reg.R5, 1);
    slot.store(Reg.R5, TraceArea.WRITTEN);
  }
}
