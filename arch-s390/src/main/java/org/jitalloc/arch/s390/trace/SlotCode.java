package org.jitalloc.arch.s390.trace;

import static org.jitalloc.arch.trace.TraceArea.SLOT_BYTES;

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

/** Finds the slot of the running thread, and addresses what belongs to it. */
final class SlotCode {
  /*
   * R1 has the address of the first slot, R2 how far behind it the thread's is, R3 the address of that; R4 has the thread's
   * number while it is looked for. R5 to R7 are free for everyone. R2 to R7 are where the caller of the traced function
   * has room for what it calls, which the function itself writes over later.
   */
  static final Reg SLOTS = Reg.R1;
  static final Reg OFFSET = Reg.R2;
  static final Reg SLOT = Reg.R3;
  static final Reg NUMBER = Reg.R4;

  /** Where R2 is kept in the frame of the caller. */
  static final int SAVE_OFFSET = 16;

  private static final int SLOT_SHIFT = Integer.numberOfTrailingZeros(SLOT_BYTES);
  private static final int EVENT_SHIFT = Integer.numberOfTrailingZeros(TraceArea.EVENT_BYTES);

  private final Assembler code;
  private final TraceArea area;

  SlotCode(Assembler code, TraceArea area) {
    this.code = code;
    this.area = area;
  }

  void save() {
    code.pair(PairOp.STMG, Reg.R2, Reg.R7, Mem.at(Reg.R15, SAVE_OFFSET));
  }

  void restore() {
    code.pair(PairOp.LMG, Reg.R2, Reg.R7, Mem.at(Reg.R15, SAVE_OFFSET));
  }

  void load(Reg to, int offset) {
    code.mem(MemOp.LG, to, Mem.at(SLOT, offset));
  }

  void store(Reg from, int offset) {
    code.mem(MemOp.STG, from, Mem.at(SLOT, offset));
  }

  /** A word of the slot grows by one. Uses R5. */
  void count(int offset) {
    load(Reg.R5, offset);
    code.half(HalfOp.AGHI, Reg.R5, 1);
    store(Reg.R5, offset);
  }

  /** Says whether the thread is in a tracer. Uses R5. */
  void busy(boolean is) {
    code.half(HalfOp.LGHI, Reg.R5, is ? 1 : 0);
    store(Reg.R5, TraceArea.BUSY);
  }

  /** Loads the registers; goes to a label if the first slot is another thread's. */
  void lookUp(Label elsewhere) {
    code.threadPointer(NUMBER);
    code.mem(MemOp.LLGF, NUMBER, Mem.at(NUMBER, Math.toIntExact(area.threadNumber())));
    code.constant(SLOTS, area.address() + area.slots());
    firstSlot();
    code.address(SLOT, SLOTS, OFFSET, 0);
    code.mem(MemOp.CLG, NUMBER, Mem.at(SLOT, TraceArea.KEY));
    code.jump(Cond.NOT_EQUAL, elsewhere);
  }

  private void firstSlot() {
    code.reg(RegOp.LGR, OFFSET, NUMBER);
    code.word(WordOp.NILF, OFFSET, area.threads() - 1);
    code.shift(PairOp.SLLG, OFFSET, OFFSET, SLOT_SHIFT);
  }

  /** Goes on with the next slot unless all were looked at. */
  private void nextSlot(Label again) {
    code.half(HalfOp.AGHI, OFFSET, SLOT_BYTES);
    code.word(WordOp.NILF, OFFSET, (area.threads() - 1) << SLOT_SHIFT);
    code.half(HalfOp.AGHI, Reg.R5, -1);
    code.jump(Cond.NOT_EQUAL, again);
  }

  /** Looks into the other slots that may be the thread's. */
  void search(Label found, Label none) {
    var again = new Label();
    code.constant(Reg.R5, area.probes());
    code.bind(again);
    code.address(SLOT, SLOTS, OFFSET, 0);
    code.mem(MemOp.CLG, NUMBER, Mem.at(SLOT, TraceArea.KEY));
    code.jump(Cond.EQUAL, found);
    nextSlot(again);
    code.jump(none);
  }

  /** Takes a slot that is no thread's; goes to a label if there is none. */
  void claim(Label found, Label none) {
    var again = new Label();
    firstSlot();
    code.constant(Reg.R5, area.probes());
    code.bind(again);
    code.address(SLOT, SLOTS, OFFSET, 0);
    code.half(HalfOp.LGHI, Reg.R6, 0);
    code.pair(PairOp.CSG, Reg.R6, NUMBER, Mem.at(SLOT, TraceArea.KEY));
    code.jump(Cond.EQUAL, found);
    nextSlot(again);
    code.jump(none);
  }

  /** Counts a call of a thread that has no slot, among other threads that do. */
  void countUnplaced() {
    var again = new Label();
    Mem count = Mem.at(SLOTS, TraceArea.UNPLACED - SLOT_BYTES);
    code.mem(MemOp.LG, Reg.R5, count);
    code.bind(again);
    code.reg(RegOp.LGR, Reg.R6, Reg.R5);
    code.half(HalfOp.AGHI, Reg.R6, 1);
    code.pair(PairOp.CSG, Reg.R5, Reg.R6, count);
    code.jump(Cond.NOT_EQUAL, again);
  }

  /** R6 becomes the address of the event or frame whose number in its ring it has. Uses R7. */
  private void element(int perThread, int first) {
    int perSlot = perThread * TraceArea.EVENT_BYTES / SLOT_BYTES;
    code.shift(PairOp.SLLG, Reg.R6, Reg.R6, EVENT_SHIFT);
    code.shift(PairOp.SLLG, Reg.R7, OFFSET, Integer.numberOfTrailingZeros(perSlot));
    code.reg(RegOp.AGR, Reg.R6, Reg.R7);
    code.reg(RegOp.AGR, Reg.R6, SLOTS);
    code.word(WordOp.AGFI, Reg.R6, first - area.slots());
  }

  /** R6, a count of events, becomes the address of the event that has this number. */
  void eventAddress() {
    code.reg(RegOp.LLGFR, Reg.R6, Reg.R6);
    code.word(WordOp.NILF, Reg.R6, area.events() - 1);
    element(area.events(), area.rings());
  }

  /** R6, the number of a frame, becomes its address. */
  void frameAddress() {
    element(area.depth(), area.stacks());
  }
}
