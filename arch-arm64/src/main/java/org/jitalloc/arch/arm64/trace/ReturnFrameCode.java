package org.jitalloc.arch.arm64.trace;

import static org.jitalloc.arch.arm64.trace.SlotCode.SCRATCH;

import org.jitalloc.arch.arm64.asm.AluOp;
import org.jitalloc.arch.arm64.asm.Assembler;
import org.jitalloc.arch.arm64.asm.Cond;
import org.jitalloc.arch.arm64.asm.Mem;
import org.jitalloc.arch.arm64.asm.Reg;
import org.jitalloc.arch.arm64.asm.ReturnMark;
import org.jitalloc.arch.arm64.asm.Width;
import org.jitalloc.arch.support.asm.Label;
import org.jitalloc.arch.support.trace.ReturnFrameEmitter;
import org.jitalloc.arch.trace.TraceArea;

/**
 * Traces returns. A place is the stack pointer; X14 is the count, X13 the frame, and after {@link
 * #put} the original return address. Uses X16.
 */
final class ReturnFrameCode implements ReturnFrameEmitter {
  static final Reg FRAME = Reg.X13;
  private static final Reg COUNT = Reg.X14;

  /** The lowest address of code. */
  private static final int LOWEST_CODE = 1 << 16;

  private static final int ORR_X16_HIGHEST_BIT = 0xb2410210;

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
    code.jumpIfZero(Width.B8, COUNT, none);
  }

  @Override
  public void jumpIfFull(Label full) {
    slot.compare(COUNT, area.depth());
    code.jump(Cond.HS, full);
  }

  @Override
  public void last() {
    code.alu(AluOp.SUB, Width.B8, FRAME, COUNT, 1, SCRATCH);
    slot.frameAddress(FRAME);
  }

  @Override
  public void drop() {
    code.alu(AluOp.SUB, Width.B8, COUNT, COUNT, 1, SCRATCH);
  }

  @Override
  public void keep() {
    code.alu(AluOp.ADD, Width.B8, COUNT, COUNT, 1, SCRATCH);
  }

  @Override
  public void jumpUnlessLower(Label higher, Label same) {
    comparePlace();
    code.jump(Cond.LT, higher);
    code.jump(Cond.EQ, same);
  }

  @Override
  public void jumpIfHooked(Label hooked) {
    var no = new Label();
    slot.compare(EntryCode.PARENT, LOWEST_CODE);
    code.jump(Cond.LO, no);
    code.load(Width.B4, Reg.X15, Mem.at(EntryCode.PARENT, 0), SCRATCH);
    code.movImm(Reg.X16, Integer.toUnsignedLong(ReturnMark.CODE));
    slot.compare(Reg.X15, Reg.X16);
    code.jump(Cond.EQ, hooked);
    code.bind(no);
  }

  @Override
  public void all() {
    slot.load(COUNT, TraceArea.FRAMES);
  }

  @Override
  public void jumpIfAll(Label all) {
    slot.load(Reg.X15, TraceArea.FRAMES);
    slot.compare(Reg.X15, COUNT);
    code.jump(Cond.EQ, all);
  }

  @Override
  public void jumpIfLast(Label last) {
    slot.load(Reg.X15, TraceArea.FRAMES);
    code.alu(AluOp.SUB, Width.B8, Reg.X15, Reg.X15, 1, SCRATCH);
    slot.compare(Reg.X15, COUNT);
    code.jump(Cond.EQ, last);
  }

  @Override
  public void swap() {
    for (int i = 0; i < TraceArea.EVENT_BYTES; i += Long.BYTES) {
      Mem here = Mem.at(FRAME, i);
      Mem next = Mem.at(FRAME, TraceArea.EVENT_BYTES + i);
      code.load(Width.B8, Reg.X15, here, SCRATCH);
      code.load(Width.B8, Reg.X16, next, SCRATCH);
      code.store(Width.B8, Reg.X16, here, SCRATCH);
      code.store(Width.B8, Reg.X15, next, SCRATCH);
    }
    code.alu(AluOp.ADD, Width.B8, FRAME, FRAME, TraceArea.EVENT_BYTES, SCRATCH);
    keep();
  }

  @Override
  public void jumpIfOther(Label other) {
    comparePlace();
    code.jump(Cond.NE, other);
  }

  private void comparePlace() {
    code.load(Width.B8, Reg.X16, Mem.at(FRAME, TraceArea.STACK), SCRATCH);
    code.movSp(SCRATCH, Reg.SP);
    slot.compare(SCRATCH, Reg.X16);
  }

  @Override
  public void put(boolean apart) {
    code.mov(Width.B8, FRAME, COUNT);
    slot.frameAddress(FRAME);
    code.movSp(Reg.X16, Reg.SP);
    if (apart) {
      code.word(ORR_X16_HIGHEST_BIT);
    }
    put(Reg.X16, TraceArea.STACK);
    put(EntryCode.PARENT, TraceArea.RETURN_TO);
    put(EntryCode.BEHIND_SITE, TraceArea.FRAME_IP);
    EventCode.clock(code, Reg.X16);
    put(Reg.X16, TraceArea.CALLED_AT);
    code.alu(AluOp.ADD, Width.B8, COUNT, COUNT, 1, SCRATCH);
    store();
    code.mov(Width.B8, FRAME, EntryCode.PARENT);
    code.movImm(EntryCode.PARENT, hook);
  }

  private void put(Reg from, int offset) {
    code.store(Width.B8, from, Mem.at(FRAME, offset), SCRATCH);
  }

  @Override
  public void take() {
    code.load(Width.B8, Reg.X30, Mem.at(FRAME, TraceArea.RETURN_TO), SCRATCH);
  }
}
