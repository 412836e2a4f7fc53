package org.jitalloc.arch.x86.trace;

import static org.jitalloc.arch.trace.TraceArea.SLOT_BYTES;

import org.jitalloc.arch.support.asm.Label;
import org.jitalloc.arch.trace.TraceArea;
import org.jitalloc.arch.x86.asm.AluOp;
import org.jitalloc.arch.x86.asm.Assembler;
import org.jitalloc.arch.x86.asm.Cond;
import org.jitalloc.arch.x86.asm.Mem;
import org.jitalloc.arch.x86.asm.Reg;
import org.jitalloc.arch.x86.asm.ShiftOp;
import org.jitalloc.arch.x86.asm.Width;

/** Finds the slot of the running thread, and addresses what belongs to it. */
final class SlotCode {
  /*
   * R11 has the address of the first slot, RCX how far behind it the thread's slot is: so the slot, its ring and its stack
   * are all at constants from R11 + some multiple of RCX, without a load. RAX has the thread's number while it looks.
   */
  static final Reg SLOTS = Reg.R11;
  static final Reg SLOT = Reg.RCX;
  private static final int SLOT_SHIFT = Integer.numberOfTrailingZeros(SLOT_BYTES);
  private static final int EVENT_SHIFT = Integer.numberOfTrailingZeros(TraceArea.EVENT_BYTES);

  private final Assembler code;
  private final TraceArea area;

  SlotCode(Assembler code, TraceArea area) {
    this.code = code;
    this.area = area;
  }

  /** A word of the slot that was found. */
  static Mem word(int offset) {
    return Mem.at(SLOTS, SLOT, 1, offset);
  }

  /** A word of the header. */
  static Mem header(int offset) {
    return Mem.at(SLOTS, offset - SLOT_BYTES);
  }

  /** Loads the registers; goes to a label if the first slot is another thread's. */
  void lookUp(Label elsewhere) {
    loadNumber();
    code.movImm(SLOTS, area.address() + area.slots());
    firstSlot();
    code.alu(AluOp.CMP, Width.B8, Reg.RAX, word(TraceArea.KEY));
    code.jump(Cond.NE, elsewhere);
  }

  /** mov eax, fs:[number]. */
  private void loadNumber() {
    code.raw(new byte[] {0x64, (byte) 0x8b, 0x04, 0x25});
    int offset = Math.toIntExact(area.threadNumber());
    code.raw(
        new byte[] {
          (byte) offset, (byte) (offset >> 8), (byte) (offset >> 16), (byte) (offset >> 24)
        });
  }

  private void firstSlot() {
    code.mov(Width.B4, SLOT, Reg.RAX);
    code.alu(AluOp.AND, Width.B4, SLOT, area.threads() - 1);
    code.shift(ShiftOp.SHL, Width.B4, SLOT, SLOT_SHIFT);
  }

  private void nextSlot() {
    code.alu(AluOp.ADD, Width.B4, SLOT, SLOT_BYTES);
    code.alu(AluOp.AND, Width.B4, SLOT, (area.threads() - 1) << SLOT_SHIFT);
  }

  /** Looks into the other slots that may be the thread's. Uses RDX. */
  void search(Label found, Label none) {
    var again = new Label();
    code.movImm(Reg.RDX, area.probes());
    code.bind(again);
    code.alu(AluOp.CMP, Width.B8, Reg.RAX, word(TraceArea.KEY));
    code.jump(Cond.E, found);
    nextSlot();
    code.alu(AluOp.SUB, Width.B4, Reg.RDX, 1);
    code.jump(Cond.NE, again);
    code.jump(none);
  }

  /** Takes a slot that is no thread's; goes to a label if there is none. Uses RDX and RSI. */
  void claim(Label found, Label none) {
    var again = new Label();
    code.mov(Width.B8, Reg.RSI, Reg.RAX);
    firstSlot();
    code.movImm(Reg.RDX, area.probes());
    code.bind(again);
    code.movImm(Reg.RAX, 0);
    code.lockCmpxchg(Width.B8, word(TraceArea.KEY), Reg.RSI);
    code.jump(Cond.E, found);
    nextSlot();
    code.alu(AluOp.SUB, Width.B4, Reg.RDX, 1);
    code.jump(Cond.NE, again);
    code.jump(none);
  }

  /** A register becomes the address of the event or frame whose number within a ring it has. */
  private void element(Reg number, Reg scratch, int perThread, int first) {
    int perSlot = perThread * TraceArea.EVENT_BYTES / SLOT_BYTES;
    code.shift(ShiftOp.SHL, Width.B8, number, EVENT_SHIFT);
    code.mov(Width.B8, scratch, SLOT);
    if (perSlot > 1) {
      code.shift(ShiftOp.SHL, Width.B8, scratch, Integer.numberOfTrailingZeros(perSlot));
    }
    code.alu(AluOp.ADD, Width.B8, number, scratch);
    code.lea(Width.B8, number, Mem.at(SLOTS, number, 1, first - area.slots()));
  }

  /** A count of events becomes the address of the event that has this number. */
  void eventAddress(Reg count, Reg scratch) {
    code.alu(AluOp.AND, Width.B8, count, area.events() - 1);
    element(count, scratch, area.events(), area.rings());
  }

  /** The number of a frame becomes its address. */
  void frameAddress(Reg number, Reg scratch) {
    element(number, scratch, area.depth(), area.stacks());
  }
}
