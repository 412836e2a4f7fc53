package org.jitalloc.arch.x86.trace;

import static org.jitalloc.arch.x86.trace.SlotCode.word;

import org.jitalloc.arch.support.asm.Label;
import org.jitalloc.arch.support.trace.ReturnFrameEmitter;
import org.jitalloc.arch.trace.TraceArea;
import org.jitalloc.arch.x86.asm.AluOp;
import org.jitalloc.arch.x86.asm.Assembler;
import org.jitalloc.arch.x86.asm.Cond;
import org.jitalloc.arch.x86.asm.Mem;
import org.jitalloc.arch.x86.asm.Reg;
import org.jitalloc.arch.x86.asm.ReturnMark;
import org.jitalloc.arch.x86.asm.Width;

/**
 * Traces returns by replacing return addresses on the stack. A place is the address of the return
 * address, in RSI; RDX is the count, RDI the frame, and after {@link #put} the original return
 * address. Uses RAX.
 */
final class ReturnFrameCode implements ReturnFrameEmitter {
  static final Reg FRAME = Reg.RDI;
  static final Reg PLACE = Reg.RSI;
  private static final Reg COUNT = Reg.RDX;

  /** The lowest address of code. */
  private static final int LOWEST_CODE = 1 << 16;

  private static final byte[] BTS_RAX_63 = {0x48, 0x0f, (byte) 0xba, (byte) 0xe8, 0x3f};

  private final Assembler code;
  private final TraceArea area;
  private final SlotCode slot;
  private final EntryCode entry;
  private final long hook;

  /** {@code hook} is the address of the hook. */
  ReturnFrameCode(Assembler code, TraceArea area, SlotCode slot, EntryCode entry, long hook) {
    this.code = code;
    this.area = area;
    this.slot = slot;
    this.entry = entry;
    this.hook = hook;
  }

  private static Mem at(int offset) {
    return Mem.at(FRAME, offset);
  }

  @Override
  public void load(boolean returned) {
    int place = returned ? EntryCode.RETURN_PLACE : entry.parent();
    code.lea(Width.B8, PLACE, Mem.at(Reg.RSP, place));
    code.load(Width.B8, COUNT, word(TraceArea.FRAMES));
  }

  @Override
  public void store() {
    code.store(Width.B8, word(TraceArea.FRAMES), COUNT);
  }

  @Override
  public void jumpIfNone(Label none) {
    code.test(Width.B8, COUNT, COUNT);
    code.jump(Cond.E, none);
  }

  @Override
  public void jumpIfFull(Label full) {
    code.alu(AluOp.CMP, Width.B8, COUNT, area.depth());
    code.jump(Cond.AE, full);
  }

  @Override
  public void last() {
    code.lea(Width.B8, FRAME, Mem.at(COUNT, -1));
    slot.frameAddress(FRAME, Reg.RAX);
  }

  @Override
  public void drop() {
    code.alu(AluOp.SUB, Width.B8, COUNT, 1);
  }

  @Override
  public void keep() {
    code.alu(AluOp.ADD, Width.B8, COUNT, 1);
  }

  @Override
  public void jumpUnlessLower(Label higher, Label same) {
    code.alu(AluOp.CMP, Width.B8, PLACE, at(TraceArea.STACK));
    code.jump(Cond.L, higher);
    code.jump(Cond.E, same);
  }

  @Override
  public void jumpIfHooked(Label hooked) {
    var no = new Label();
    code.load(Width.B8, Reg.RAX, Mem.at(PLACE, 0));
    code.alu(AluOp.CMP, Width.B8, Reg.RAX, LOWEST_CODE);
    code.jump(Cond.B, no);
    code.alu(AluOp.CMP, Width.B4, Mem.at(Reg.RAX, 0), ReturnMark.CODE);
    code.jump(Cond.E, hooked);
    code.bind(no);
  }

  @Override
  public void all() {
    code.load(Width.B8, COUNT, word(TraceArea.FRAMES));
  }

  @Override
  public void jumpIfAll(Label all) {
    code.alu(AluOp.CMP, Width.B8, COUNT, word(TraceArea.FRAMES));
    code.jump(Cond.E, all);
  }

  @Override
  public void jumpIfLast(Label last) {
    code.lea(Width.B8, Reg.RAX, Mem.at(COUNT, 1));
    code.alu(AluOp.CMP, Width.B8, Reg.RAX, word(TraceArea.FRAMES));
    code.jump(Cond.E, last);
  }

  @Override
  public void swap() {
    for (int i = 0; i < TraceArea.EVENT_BYTES; i += Long.BYTES) {
      code.load(Width.B8, Reg.RAX, at(i));
      code.xchg(Width.B8, at(TraceArea.EVENT_BYTES + i), Reg.RAX);
      code.store(Width.B8, at(i), Reg.RAX);
    }
    code.alu(AluOp.ADD, Width.B8, FRAME, TraceArea.EVENT_BYTES);
    keep();
  }

  @Override
  public void jumpIfOther(Label other) {
    code.alu(AluOp.CMP, Width.B8, PLACE, at(TraceArea.STACK));
    code.jump(Cond.NE, other);
  }

  @Override
  public void put(boolean apart) {
    code.mov(Width.B8, FRAME, COUNT);
    slot.frameAddress(FRAME, Reg.RAX);
    if (apart) {
      code.mov(Width.B8, Reg.RAX, PLACE);
      code.raw(BTS_RAX_63);
      code.store(Width.B8, at(TraceArea.STACK), Reg.RAX);
    } else {
      code.store(Width.B8, at(TraceArea.STACK), PLACE);
    }
    copy(Mem.at(Reg.RSP, entry.ip()), at(TraceArea.FRAME_IP));
    copy(Mem.at(PLACE, 0), at(TraceArea.RETURN_TO));
    code.alu(AluOp.ADD, Width.B8, COUNT, 1);
    store();
    EventCode.clock(code);
    code.store(Width.B8, at(TraceArea.CALLED_AT), Reg.RAX);
    code.load(Width.B8, FRAME, Mem.at(PLACE, 0));
    code.movImm(Reg.RAX, hook);
    code.store(Width.B8, Mem.at(PLACE, 0), Reg.RAX);
  }

  @Override
  public void take() {
    copy(at(TraceArea.RETURN_TO), Mem.at(PLACE, 0));
  }

  private void copy(Mem from, Mem to) {
    code.load(Width.B8, Reg.RAX, from);
    code.store(Width.B8, to, Reg.RAX);
  }
}
