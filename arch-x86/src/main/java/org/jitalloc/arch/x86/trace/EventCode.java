package org.jitalloc.arch.x86.trace;

import static org.jitalloc.arch.x86.trace.SlotCode.word;

import org.jitalloc.arch.support.asm.Label;
import org.jitalloc.arch.trace.TraceArea;
import org.jitalloc.arch.x86.asm.AluOp;
import org.jitalloc.arch.x86.asm.Assembler;
import org.jitalloc.arch.x86.asm.Cond;
import org.jitalloc.arch.x86.asm.Mem;
import org.jitalloc.arch.x86.asm.Reg;
import org.jitalloc.arch.x86.asm.ShiftOp;
import org.jitalloc.arch.x86.asm.Width;

/** Writes an event into the ring of the slot that was found. Uses RAX, RDX and RSI. */
final class EventCode {
  private static final byte[] RDTSC = {0x0f, 0x31};

  private final Assembler code;
  private final TraceArea area;
  private final SlotCode slot;

  EventCode(Assembler code, TraceArea area, SlotCode slot) {
    this.code = code;
    this.area = area;
    this.slot = slot;
  }

  /** RAX = the time. Uses RDX. */
  static void clock(Assembler code) {
    code.raw(RDTSC);
    code.shift(ShiftOp.SHL, Width.B8, Reg.RDX, Integer.SIZE);
    code.alu(AluOp.OR, Width.B8, Reg.RAX, Reg.RDX);
  }

  /** RSI = the address of the next event, with its time; goes to a label if there is none. */
  void begin(Label full, Label off) {
    code.alu(AluOp.CMP, Width.B8, SlotCode.header(TraceArea.ON), 0);
    code.jump(Cond.E, off);
    code.load(Width.B8, Reg.RSI, word(TraceArea.WRITTEN));
    code.mov(Width.B8, Reg.RDX, Reg.RSI);
    code.alu(AluOp.SUB, Width.B8, Reg.RDX, word(TraceArea.READ));
    code.alu(AluOp.CMP, Width.B8, Reg.RDX, area.events());
    code.jump(Cond.AE, full);
    slot.eventAddress(Reg.RSI, Reg.RDX);
    clock(code);
    code.store(Width.B8, at(TraceArea.TIME), Reg.RAX);
  }

  static Mem at(int offset) {
    return Mem.at(Reg.RSI, offset);
  }

  /** The event is of a kind at depth 0, and there. */
  void end(int kind) {
    code.storeImm(Width.B8, at(TraceArea.KIND), kind);
    publish();
  }

  /** The event is of a kind with as many returns awaited as the slot says, and there. */
  void endWithDepth(int kind) {
    code.load(Width.B8, Reg.RDX, word(TraceArea.FRAMES));
    code.shift(ShiftOp.SHL, Width.B8, Reg.RDX, TraceArea.DEPTH_SHIFT);
    code.alu(AluOp.OR, Width.B8, Reg.RDX, kind);
    code.store(Width.B8, at(TraceArea.KIND), Reg.RDX);
    publish();
  }

  /** Stores are seen in their order, so this is enough. */
  private void publish() {
    code.alu(AluOp.ADD, Width.B8, word(TraceArea.WRITTEN), 1);
  }

  void drop() {
    code.alu(AluOp.ADD, Width.B8, word(TraceArea.DROPPED), 1);
  }
}
