package org.jitalloc.arch.x86.trace;

import static org.jitalloc.arch.x86.trace.SlotCode.word;

import org.jitalloc.arch.support.asm.Label;
import org.jitalloc.arch.support.trace.EventEmitter;
import org.jitalloc.arch.trace.TraceArea;
import org.jitalloc.arch.x86.asm.AluOp;
import org.jitalloc.arch.x86.asm.Assembler;
import org.jitalloc.arch.x86.asm.Cond;
import org.jitalloc.arch.x86.asm.Mem;
import org.jitalloc.arch.x86.asm.Reg;
import org.jitalloc.arch.x86.asm.ShiftOp;
import org.jitalloc.arch.x86.asm.Width;

/** Emits the write of an event, whose address is in RSI. Uses RAX and RDX. */
final class EventCode implements EventEmitter {
  private static final byte[] RDTSC = {0x0f, 0x31};

  private final Assembler code;
  private final TraceArea area;
  private final SlotCode slot;
  private final EntryCode entry;
  private final boolean returns;

  /**
   * With {@code returns}, the return address of the function is in {@link ReturnFrameCode#FRAME}.
   */
  EventCode(Assembler code, TraceArea area, SlotCode slot, EntryCode entry, boolean returns) {
    this.code = code;
    this.area = area;
    this.slot = slot;
    this.entry = entry;
    this.returns = returns;
  }

  /** Loads the time into RAX. Uses RDX. */
  static void clock(Assembler code) {
    code.raw(RDTSC);
    code.shift(ShiftOp.SHL, Width.B8, Reg.RDX, Integer.SIZE);
    code.alu(AluOp.OR, Width.B8, Reg.RAX, Reg.RDX);
  }

  private static Mem at(int offset) {
    return Mem.at(Reg.RSI, offset);
  }

  @Override
  public void jumpIfOff(Label off) {
    code.alu(AluOp.CMP, Width.B8, SlotCode.header(TraceArea.ON), 0);
    code.jump(Cond.E, off);
  }

  @Override
  public void jumpIfFull(Label full) {
    code.load(Width.B8, Reg.RSI, word(TraceArea.WRITTEN));
    code.mov(Width.B8, Reg.RDX, Reg.RSI);
    code.alu(AluOp.SUB, Width.B8, Reg.RDX, word(TraceArea.READ));
    code.alu(AluOp.CMP, Width.B8, Reg.RDX, area.events());
    code.jump(Cond.AE, full);
  }

  @Override
  public void begin() {
    slot.eventAddress(Reg.RSI, Reg.RDX);
    clock(code);
    code.store(Width.B8, at(TraceArea.TIME), Reg.RAX);
  }

  @Override
  public void putCall() {
    copy(Mem.at(Reg.RSP, entry.ip()), TraceArea.IP);
    if (returns) {
      code.store(Width.B8, at(TraceArea.LINK), ReturnFrameCode.FRAME);
    } else {
      copy(Mem.at(Reg.RSP, entry.parent()), TraceArea.LINK);
    }
  }

  @Override
  public void putReturn() {
    copy(Mem.at(ReturnFrameCode.FRAME, TraceArea.FRAME_IP), TraceArea.IP);
    copy(Mem.at(ReturnFrameCode.FRAME, TraceArea.CALLED_AT), TraceArea.LINK);
  }

  private void copy(Mem from, int to) {
    code.load(Width.B8, Reg.RAX, from);
    code.store(Width.B8, at(to), Reg.RAX);
  }

  @Override
  public void kind(int kind) {
    code.storeImm(Width.B8, at(TraceArea.KIND), kind);
  }

  @Override
  public void kindWithDepth(int kind) {
    code.load(Width.B8, Reg.RDX, word(TraceArea.FRAMES));
    code.shift(ShiftOp.SHL, Width.B8, Reg.RDX, TraceArea.DEPTH_SHIFT);
    code.alu(AluOp.OR, Width.B8, Reg.RDX, kind);
    code.store(Width.B8, at(TraceArea.KIND), Reg.RDX);
  }

  /** A plain store: x86-64 does not reorder stores. */
  @Override
  public void publish() {
    code.alu(AluOp.ADD, Width.B8, word(TraceArea.WRITTEN), 1);
  }
}
