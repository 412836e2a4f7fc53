package org.jitalloc.arch.arm64.trace;

import org.jitalloc.arch.arm64.asm.AluOp;
import org.jitalloc.arch.arm64.asm.Assembler;
import org.jitalloc.arch.arm64.asm.Cond;
import org.jitalloc.arch.arm64.asm.Mem;
import org.jitalloc.arch.arm64.asm.Reg;
import org.jitalloc.arch.arm64.asm.ShiftOp;
import org.jitalloc.arch.arm64.asm.Width;
import org.jitalloc.arch.support.asm.Label;
import org.jitalloc.arch.support.trace.EventEmitter;
import org.jitalloc.arch.trace.TraceArea;

/** Emits the write of an event, whose address is in X15. Uses X14, X16 and X17. */
final class EventCode implements EventEmitter {
  private static final int MRS_COUNTER = 0xd53be040;
  private static final int STLR = 0xc89ffc00;

  private final Assembler code;
  private final TraceArea area;
  private final SlotCode slot;
  private final boolean returns;

  /**
   * With {@code returns}, the return address of the function is in {@link ReturnFrameCode#FRAME}.
   */
  EventCode(Assembler code, TraceArea area, SlotCode slot, boolean returns) {
    this.code = code;
    this.area = area;
    this.slot = slot;
    this.returns = returns;
  }

  static void clock(Assembler code, Reg to) {
    code.word(MRS_COUNTER | to.ordinal());
  }

  @Override
  public void jumpIfOff(Label off) {
    int on = TraceArea.ON - TraceArea.SLOT_BYTES;
    code.load(Width.B8, Reg.X14, Mem.at(SlotCode.SLOTS, on), SlotCode.SCRATCH);
    code.jumpIfZero(Width.B8, Reg.X14, off);
  }

  @Override
  public void jumpIfFull(Label full) {
    slot.load(Reg.X14, TraceArea.WRITTEN);
    slot.load(Reg.X15, TraceArea.READ);
    code.alu(AluOp.SUB, Width.B8, Reg.X15, Reg.X14, Reg.X15);
    slot.compare(Reg.X15, area.events());
    code.jump(Cond.HS, full);
  }

  @Override
  public void begin() {
    code.mov(Width.B8, Reg.X15, Reg.X14);
    slot.eventAddress(Reg.X15);
    clock(code, Reg.X16);
    put(Reg.X16, TraceArea.TIME);
  }

  @Override
  public void putCall() {
    put(EntryCode.BEHIND_SITE, TraceArea.IP);
    put(returns ? ReturnFrameCode.FRAME : EntryCode.PARENT, TraceArea.LINK);
  }

  @Override
  public void putReturn() {
    copy(TraceArea.FRAME_IP, TraceArea.IP);
    copy(TraceArea.CALLED_AT, TraceArea.LINK);
  }

  private void copy(int fromFrame, int to) {
    code.load(Width.B8, Reg.X16, Mem.at(ReturnFrameCode.FRAME, fromFrame), SlotCode.SCRATCH);
    put(Reg.X16, to);
  }

  private void put(Reg from, int offset) {
    code.store(Width.B8, from, Mem.at(Reg.X15, offset), SlotCode.SCRATCH);
  }

  @Override
  public void kind(int kind) {
    code.movImm(Reg.X16, kind);
    put(Reg.X16, TraceArea.KIND);
  }

  @Override
  public void kindWithDepth(int kind) {
    slot.load(Reg.X16, TraceArea.FRAMES);
    code.shift(ShiftOp.LSL, Width.B8, Reg.X16, Reg.X16, TraceArea.DEPTH_SHIFT);
    code.alu(AluOp.ADD, Width.B8, Reg.X16, Reg.X16, kind, SlotCode.SCRATCH);
    put(Reg.X16, TraceArea.KIND);
  }

  @Override
  public void publish() {
    code.alu(AluOp.ADD, Width.B8, Reg.X14, Reg.X14, 1, SlotCode.SCRATCH);
    code.alu(AluOp.ADD, Width.B8, Reg.X16, SlotCode.SLOT, TraceArea.WRITTEN, SlotCode.SCRATCH);
    code.word(STLR | Reg.X16.ordinal() << 5 | Reg.X14.ordinal());
  }
}
