package org.jitalloc.arch.x86.trace;

import static org.jitalloc.arch.trace.TraceArea.SLOT_BYTES;

import org.jitalloc.arch.support.asm.Label;
import org.jitalloc.arch.support.trace.SlotEmitter;
import org.jitalloc.arch.trace.TraceArea;
import org.jitalloc.arch.x86.asm.AluOp;
import org.jitalloc.arch.x86.asm.Assembler;
import org.jitalloc.arch.x86.asm.Cond;
import org.jitalloc.arch.x86.asm.Mem;
import org.jitalloc.arch.x86.asm.Reg;
import org.jitalloc.arch.x86.asm.ShiftOp;
import org.jitalloc.arch.x86.asm.Width;

/** Emits the search of the slot of the running thread, and the addresses of its parts. */
final class SlotCode implements SlotEmitter {
  /*
   * R11 is the address of the first slot, RCX the offset of the thread's slot from it: so the slot,
   * its ring and its stack are at constant offsets from R11 plus a multiple of RCX, without a load.
   * RAX is the number of the thread, and RDX the number of slots that are left in the search.
   */
  static final Reg SLOTS = Reg.R11;
  static final Reg SLOT = Reg.RCX;
  private static final Reg NUMBER = Reg.RAX;
  private static final Reg PROBES = Reg.RDX;
  private static final int SLOT_SHIFT = Integer.numberOfTrailingZeros(SLOT_BYTES);
  private static final int EVENT_SHIFT = Integer.numberOfTrailingZeros(TraceArea.EVENT_BYTES);

  private final Assembler code;
  private final TraceArea area;

  SlotCode(Assembler code, TraceArea area) {
    this.code = code;
    this.area = area;
  }

  /** {@return a word of the slot} */
  static Mem word(int offset) {
    return Mem.at(SLOTS, SLOT, 1, offset);
  }

  /** {@return a word of the header} */
  static Mem header(int offset) {
    return Mem.at(SLOTS, offset - SLOT_BYTES);
  }

  @Override
  public void loadNumber() {
    loadThreadNumber();
    code.movImm(SLOTS, area.address() + area.slots());
  }

  /** mov eax, fs:[number]. */
  private void loadThreadNumber() {
    code.raw(new byte[] {0x64, (byte) 0x8b, 0x04, 0x25});
    int offset = Math.toIntExact(area.threadNumber());
    code.raw(
        new byte[] {
          (byte) offset, (byte) (offset >> 8), (byte) (offset >> 16), (byte) (offset >> 24)
        });
  }

  @Override
  public void first() {
    code.mov(Width.B4, SLOT, NUMBER);
    code.alu(AluOp.AND, Width.B4, SLOT, area.threads() - 1);
    code.shift(ShiftOp.SHL, Width.B4, SLOT, SLOT_SHIFT);
  }

  @Override
  public void jumpIfMine(Label mine) {
    code.alu(AluOp.CMP, Width.B8, NUMBER, word(TraceArea.KEY));
    code.jump(Cond.E, mine);
  }

  @Override
  public void jumpIfOther(Label other) {
    code.alu(AluOp.CMP, Width.B8, NUMBER, word(TraceArea.KEY));
    code.jump(Cond.NE, other);
  }

  @Override
  public void loadProbes() {
    code.movImm(PROBES, area.probes());
  }

  @Override
  public void next(Label again) {
    code.alu(AluOp.ADD, Width.B4, SLOT, SLOT_BYTES);
    code.alu(AluOp.AND, Width.B4, SLOT, (area.threads() - 1) << SLOT_SHIFT);
    code.alu(AluOp.SUB, Width.B4, PROBES, 1);
    code.jump(Cond.NE, again);
  }

  /** CMPXCHG compares with RAX, so the number is in RSI meanwhile. */
  @Override
  public void take(Label taken) {
    code.mov(Width.B8, Reg.RSI, NUMBER);
    code.movImm(Reg.RAX, 0);
    code.lockCmpxchg(Width.B8, word(TraceArea.KEY), Reg.RSI);
    code.jump(Cond.E, taken);
    code.mov(Width.B8, NUMBER, Reg.RSI);
  }

  @Override
  public void countUnplaced() {
    code.lockAlu(AluOp.ADD, Width.B8, header(TraceArea.UNPLACED), 1);
  }

  @Override
  public void count(int word) {
    code.alu(AluOp.ADD, Width.B8, word(word), 1);
  }

  @Override
  public void jumpIfBusy(Label busy) {
    code.alu(AluOp.CMP, Width.B8, word(TraceArea.BUSY), 0);
    code.jump(Cond.NE, busy);
  }

  @Override
  public void busy(boolean is) {
    if (is) {
      code.store(Width.B8, word(TraceArea.BUSY), Reg.RSP);
    } else {
      code.storeImm(Width.B8, word(TraceArea.BUSY), 0);
    }
  }

  /** Converts the index of an event or frame in a register to its address. */
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

  /** Converts a count of events to the address of the event with this number. */
  void eventAddress(Reg count, Reg scratch) {
    code.alu(AluOp.AND, Width.B8, count, area.events() - 1);
    element(count, scratch, area.events(), area.rings());
  }

  /** Converts the number of a frame to its address. */
  void frameAddress(Reg number, Reg scratch) {
    element(number, scratch, area.depth(), area.stacks());
  }
}
