package org.jitalloc.arch.arm64.trace;

import static org.jitalloc.arch.arm64.trace.SlotCode.SCRATCH;

import org.jitalloc.arch.arm64.asm.AluOp;
import org.jitalloc.arch.arm64.asm.Assembler;
import org.jitalloc.arch.arm64.asm.Cond;
import org.jitalloc.arch.arm64.asm.Mem;
import org.jitalloc.arch.arm64.asm.Reg;
import org.jitalloc.arch.arm64.asm.Width;
import org.jitalloc.arch.support.asm.Label;
import org.jitalloc.arch.trace.TraceArea;

/** Awaits returns, and what functions return to. */
final class ReturnCode {
  /*
   * A function has the same stack pointer when it is entered and when it returns, and frames of functions that were left by
   * longjmp have lower ones than those that are still awaited: whoever meets such a frame drops it. A function that ends
   * in a jump to another has two frames of one stack pointer, of which the second returns to the hook again.
   */
  private static final int UDF = 0;

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

  /** Awaits the return to the address in X9, which has to become that of the hook. */
  void await(Label full) {
    var again = new Label();
    var rest = new Label();
    slot.load(Reg.X14, TraceArea.FRAMES);
    code.bind(again);
    code.jumpIfZero(Width.B8, Reg.X14, rest);
    code.alu(AluOp.SUB, Width.B8, Reg.X15, Reg.X14, 1, SCRATCH);
    compareStack(Reg.X15);
    code.jump(Cond.LS, rest);
    code.alu(AluOp.SUB, Width.B8, Reg.X14, Reg.X14, 1, SCRATCH);
    code.jump(again);
    code.bind(rest);
    slot.store(Reg.X14, TraceArea.FRAMES);
    slot.compare(Reg.X14, area.depth());
    code.jump(Cond.HS, full);
    code.mov(Width.B8, Reg.X15, Reg.X14);
    slot.frameAddress(Reg.X15);
    code.movSp(Reg.X16, Reg.SP);
    event.put(Reg.X16, TraceArea.STACK);
    event.put(Reg.X9, TraceArea.RETURN_TO);
    event.put(Reg.X30, TraceArea.FRAME_IP);
    EventCode.clock(code, Reg.X16);
    event.put(Reg.X16, TraceArea.CALLED_AT);
    code.alu(AluOp.ADD, Width.B8, Reg.X14, Reg.X14, 1, SCRATCH);
    slot.store(Reg.X14, TraceArea.FRAMES);
  }

  /** The number of a frame becomes its address; compares the stack pointer with the frame's. */
  private void compareStack(Reg number) {
    slot.frameAddress(number);
    code.load(Width.B8, Reg.X16, Mem.at(number, TraceArea.STACK), SCRATCH);
    code.movSp(SCRATCH, Reg.SP);
    slot.compare(SCRATCH, Reg.X16);
  }

  /** What functions return to. The registers of results are not touched. */
  void hook() {
    var elsewhere = new Label();
    var found = new Label();
    var leave = new Label();
    var full = new Label();
    var lost = new Label();
    slot.lookUp(elsewhere);
    code.bind(found);
    code.movImm(Reg.X14, 1);
    slot.store(Reg.X14, TraceArea.BUSY);
    takeFrame(lost);
    event.begin(full, leave);
    copy(TraceArea.FRAME_IP, TraceArea.IP);
    copy(TraceArea.CALLED_AT, TraceArea.LINK);
    event.kindWithDepth(TraceArea.RETURN);
    event.publish();
    code.bind(leave);
    slot.store(Reg.ZR, TraceArea.BUSY);
    code.ret();
    code.bind(full);
    slot.count(TraceArea.DROPPED);
    code.jump(leave);
    code.bind(elsewhere);
    slot.search(found, lost);
    code.bind(lost);
    code.word(UDF);
  }

  /** X9 = the frame of this return, which is awaited no more; X30 = where it goes. */
  private void takeFrame(Label lost) {
    var again = new Label();
    slot.load(Reg.X14, TraceArea.FRAMES);
    code.bind(again);
    code.alu(AluOp.SUBS, Width.B8, Reg.X14, Reg.X14, 1, SCRATCH);
    code.jump(Cond.MI, lost);
    code.mov(Width.B8, Reg.X9, Reg.X14);
    compareStack(Reg.X9);
    code.jump(Cond.NE, again);
    slot.store(Reg.X14, TraceArea.FRAMES);
    code.load(Width.B8, Reg.X30, Mem.at(Reg.X9, TraceArea.RETURN_TO), SCRATCH);
  }

  private void copy(int fromFrame, int toEvent) {
    code.load(Width.B8, Reg.X16, Mem.at(Reg.X9, fromFrame), SCRATCH);
    event.put(Reg.X16, toEvent);
  }
}
