package org.jitalloc.arch.s390.trace;

import org.jitalloc.arch.s390.asm.Assembler;
import org.jitalloc.arch.s390.asm.Cond;
import org.jitalloc.arch.s390.asm.HalfOp;
import org.jitalloc.arch.s390.asm.Mem;
import org.jitalloc.arch.s390.asm.MemOp;
import org.jitalloc.arch.s390.asm.Reg;
import org.jitalloc.arch.s390.asm.RegOp;
import org.jitalloc.arch.s390.asm.WordOp;
import org.jitalloc.arch.support.asm.Label;
import org.jitalloc.arch.trace.TraceArea;

/** Awaits returns, and what functions return to. */
final class ReturnCode {
  /*
   * A function has the same stack pointer when it is entered and when it returns, and frames of functions that were left by
   * longjmp have lower ones than those that are still awaited: whoever meets such a frame drops it. A function that ends
   * in a jump to another has two frames of one stack pointer, of which the second returns to the hook again.
   */
  private static final byte[] ILLEGAL = {0, 0, 0, 0};

  private final Assembler code;
  private final TraceArea area;
  private final SlotCode slot;
  private final EventCode event;

  ReturnCode(Assembler code, TraceArea area, SlotCode slot, EventCode event) {
    this.code = code;
    this.area = area;
    this.slot = slot;
    this.event = event;
  }

  /** Awaits the return to the address in R14, which has to become that of the hook. */
  void await(Label full) {
    var again = new Label();
    var rest = new Label();
    slot.load(Reg.R5, TraceArea.FRAMES);
    code.bind(again);
    code.reg(RegOp.LTGR, Reg.R5, Reg.R5);
    code.jump(Cond.EQUAL, rest);
    code.reg(RegOp.LGR, Reg.R6, Reg.R5);
    code.half(HalfOp.AGHI, Reg.R6, -1);
    compareStack();
    code.jump(Cond.NOT_HIGH, rest);
    code.half(HalfOp.AGHI, Reg.R5, -1);
    code.jump(again);
    code.bind(rest);
    slot.store(Reg.R5, TraceArea.FRAMES);
    code.word(WordOp.CLGFI, Reg.R5, area.depth());
    code.jump(Cond.NOT_LOW, full);
    code.reg(RegOp.LGR, Reg.R6, Reg.R5);
    slot.frameAddress();
    event.put(Reg.R15, TraceArea.STACK);
    event.put(Reg.R14, TraceArea.RETURN_TO);
    event.put(Reg.R0, TraceArea.FRAME_IP);
    code.storeClock(Mem.at(Reg.R6, TraceArea.CALLED_AT));
    code.half(HalfOp.AGHI, Reg.R5, 1);
    slot.store(Reg.R5, TraceArea.FRAMES);
  }

  /** R6, a number, becomes the address of that frame; the stack pointer is compared with its. */
  private void compareStack() {
    slot.frameAddress();
    code.mem(MemOp.CLG, Reg.R15, Mem.at(Reg.R6, TraceArea.STACK));
  }

  /** What functions return to. */
  void hook() {
    var elsewhere = new Label();
    var found = new Label();
    var leave = new Label();
    var full = new Label();
    var lost = new Label();
    slot.save();
    slot.lookUp(elsewhere);
    code.bind(found);
    slot.busy(true);
    takeFrame(lost);
    event.begin(full, leave);
    event.put(Reg.R0, TraceArea.IP);
    event.put(Reg.R4, TraceArea.LINK);
    event.kindWithDepth(TraceArea.RETURN);
    event.publish();
    code.bind(leave);
    slot.busy(false);
    slot.restore();
    code.jump(Reg.R14);
    code.bind(full);
    slot.count(TraceArea.DROPPED);
    code.jump(leave);
    code.bind(elsewhere);
    slot.search(found, lost);
    code.bind(lost);
    code.raw(ILLEGAL);
  }

  /** Of the frame of this return: R14 = where it goes, R0 = its site, R4 = when it was called. */
  private void takeFrame(Label lost) {
    var again = new Label();
    slot.load(Reg.R5, TraceArea.FRAMES);
    code.bind(again);
    code.half(HalfOp.AGHI, Reg.R5, -1);
    code.jump(Cond.LOW, lost);
    code.reg(RegOp.LGR, Reg.R6, Reg.R5);
    compareStack();
    code.jump(Cond.NOT_EQUAL, again);
    slot.store(Reg.R5, TraceArea.FRAMES);
    code.mem(MemOp.LG, Reg.R14, Mem.at(Reg.R6, TraceArea.RETURN_TO));
    code.mem(MemOp.LG, Reg.R0, Mem.at(Reg.R6, TraceArea.FRAME_IP));
    code.mem(MemOp.LG, Reg.R4, Mem.at(Reg.R6, TraceArea.CALLED_AT));
  }
}
