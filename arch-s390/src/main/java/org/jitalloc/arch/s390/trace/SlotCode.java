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
import org.jitalloc.arch.support.trace.SlotEmitter;
import org.jitalloc.arch.trace.TraceArea;

/** Emits the search of the slot of the running thread, and the addresses of its parts. */
final class SlotCode implements SlotEmitter {
  /*
   * R1 is the address of the first slot, R2 the offset of the thread's slot from it, R3 the address
   * of that slot; in the search R4 is the number of the thread and R5 the number of slots that are
   * left. After it,
   * R4 to R7 are scratch registers.
   */
  static final Reg SLOTS = Reg.R1;
  private static final Reg OFFSET = Reg.R2;
  static final Reg SLOT = Reg.R3;
  private static final Reg NUMBER = Reg.R4;
  private static final Reg PROBES = Reg.R5;

  private static final int SLOT_SHIFT = Integer.numberOfTrailingZeros(SLOT_BYTES);
  private static final int EVENT_SHIFT = Integer.numberOfTrailingZeros(TraceArea.EVENT_BYTES);

  private final Assembler code;
  private final TraceArea area;

  SlotCode(Assembler code, TraceArea area) {
    this.code = code;
    this.area = area;
  }

  void load(Reg to, int offset) {
    code.mem(MemOp.LG, to, Mem.at(SLOT, offset));
  }

  void store(Reg from, int offset) {
    code.mem(MemOp.STG, from, Mem.at(SLOT, offset));
  }

  @Override
  public void loadNumber() {
    code.threadPointer(NUMBER);
    code.mem(MemOp.LLGF, NUMBER, Mem.at(NUMBER, Math.toIntExact(area.threadNumber())));
    code.constant(SLOTS, area.address() + area.slots());
  }

  @Override
  public void first() {
    code.reg(RegOp.LGR, OFFSET, NUMBER);
    code.word(WordOp.NILF, OFFSET, area.threads() - 1);
    code.shift(PairOp.SLLG, OFFSET, OFFSET, SLOT_SHIFT);
    code.address(SLOT, SLOTS, OFFSET, 0);
  }

  @Override
  public void jumpIfMine(Label mine) {
    code.mem(MemOp.CLG, NUMBER, Mem.at(SLOT, TraceArea.KEY));
    code.jump(Cond.EQUAL, mine);
  }

  @Override
  public void jumpIfOther(Label other) {
    code.mem(MemOp.CLG, NUMBER, Mem.at(SLOT, TraceArea.KEY));
    code.jump(Cond.NOT_EQUAL, other);
  }

  @Override
  public void loadProbes() {
    code.constant(PROBES, area.probes());
  }

  @Override
  public void next(Label again) {
    code.half(HalfOp.AGHI, OFFSET, SLOT_BYTES);
    code.word(WordOp.NILF, OFFSET, (area.threads() - 1) << SLOT_SHIFT);
    code.address(SLOT, SLOTS, OFFSET, 0);
    code.half(HalfOp.AGHI, PROBES, -1);
    code.jump(Cond.NOT_EQUAL, again);
  }

  @Override
  public void take(Label taken) {
    code.half(HalfOp.LGHI, Reg.R6, 0);
    code.pair(PairOp.CSG, Reg.R6, NUMBER, Mem.at(SLOT, TraceArea.KEY));
    code.jump(Cond.EQUAL, taken);
  }

  @Override
  public void countUnplaced() {
    var again = new Label();
    Mem count = Mem.at(SLOTS, TraceArea.UNPLACED - SLOT_BYTES);
    code.mem(MemOp.LG, Reg.R5, count);
    code.bind(again);
    code.reg(RegOp.LGR, Reg.R6, Reg.R5);
    code.half(HalfOp.AGHI, Reg.R6, 1);
    code.pair(PairOp.CSG, Reg.R5, Reg.R6, count);
    code.jump(Cond.NOT_EQUAL, again);
  }

  @Override
  public void count(int word) {
    load(Reg.R5, word);
    code.half(HalfOp.AGHI, Reg.R5, 1);
    store(Reg.R5, word);
  }

  @Override
  public void jumpIfBusy(Label busy) {
    code.mem(MemOp.LTG, Reg.R5, Mem.at(SLOT, TraceArea.BUSY));
    code.jump(Cond.NOT_EQUAL, busy);
  }

  @Override
  public void busy(boolean is) {
    if (is) {
      store(Reg.R15, TraceArea.BUSY);
    } else {
      code.half(HalfOp.LGHI, Reg.R5, 0);
      store(Reg.R5, TraceArea.BUSY);
    }
  }

  /** Converts the index of an event or frame in R6 to its address. Uses R7. */
  private void element(int perThread, int first) {
    int perSlot = perThread * TraceArea.EVENT_BYTES / SLOT_BYTES;
    code.shift(PairOp.SLLG, Reg.R6, Reg.R6, EVENT_SHIFT);
    code.shift(PairOp.SLLG, Reg.R7, OFFSET, Integer.numberOfTrailingZeros(perSlot));
    code.reg(RegOp.AGR, Reg.R6, Reg.R7);
    code.reg(RegOp.AGR, Reg.R6, SLOTS);
    code.word(WordOp.AGFI, Reg.R6, first - area.slots());
  }

  /** Converts a count of events in R6 to the address of the event with this number. */
  void eventAddress() {
    code.reg(RegOp.LLGFR, Reg.R6, Reg.R6);
    code.word(WordOp.NILF, Reg.R6, area.events() - 1);
    element(area.events(), area.rings());
  }

  /** Converts the number of a frame in R6 to its address. */
  void frameAddress() {
    element(area.depth(), area.stacks());
  }
}
