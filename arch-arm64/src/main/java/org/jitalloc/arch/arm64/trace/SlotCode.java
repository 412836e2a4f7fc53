package org.jitalloc.arch.arm64.trace;

import static org.jitalloc.arch.trace.TraceArea.SLOT_BYTES;

import org.jitalloc.arch.arm64.asm.AluOp;
import org.jitalloc.arch.arm64.asm.Assembler;
import org.jitalloc.arch.arm64.asm.Cond;
import org.jitalloc.arch.arm64.asm.Mem;
import org.jitalloc.arch.arm64.asm.Reg;
import org.jitalloc.arch.arm64.asm.ShiftOp;
import org.jitalloc.arch.arm64.asm.Width;
import org.jitalloc.arch.support.asm.Label;
import org.jitalloc.arch.support.trace.SlotEmitter;
import org.jitalloc.arch.trace.TraceArea;

/** Emits the search of the slot of the running thread, and the addresses of its parts. */
final class SlotCode implements SlotEmitter {
  /*
   * X10 is the address of the first slot, X11 the offset of the thread's slot from it, X12 the
   * address of that slot; in the search X13 is the number of the thread and X15 the number of slots
   * that are left. After it,
   * X13 to X17 are scratch registers; X17 is also used for long constants.
   */
  static final Reg SLOTS = Reg.X10;
  private static final Reg OFFSET = Reg.X11;
  static final Reg SLOT = Reg.X12;
  private static final Reg NUMBER = Reg.X13;
  private static final Reg PROBES = Reg.X15;
  static final Reg SCRATCH = Reg.X17;

  private static final int SLOT_SHIFT = Integer.numberOfTrailingZeros(SLOT_BYTES);
  private static final int EVENT_SHIFT = Integer.numberOfTrailingZeros(TraceArea.EVENT_BYTES);
  private static final int MRS_TPIDR = 0xd53bd040;

  private final Assembler code;
  private final TraceArea area;

  SlotCode(Assembler code, TraceArea area) {
    this.code = code;
    this.area = area;
  }

  static void threadPointer(Assembler code, Reg to) {
    code.word(MRS_TPIDR | to.ordinal());
  }

  void load(Reg to, int offset) {
    code.load(Width.B8, to, Mem.at(SLOT, offset), SCRATCH);
  }

  void store(Reg from, int offset) {
    code.store(Width.B8, from, Mem.at(SLOT, offset), SCRATCH);
  }

  void compare(Reg a, int value) {
    code.alu(AluOp.SUBS, Width.B8, Reg.ZR, a, value, SCRATCH);
  }

  void compare(Reg a, Reg b) {
    code.alu(AluOp.SUBS, Width.B8, Reg.ZR, a, b);
  }

  @Override
  public void loadNumber() {
    threadPointer(code, NUMBER);
    int offset = Math.toIntExact(area.threadNumber());
    code.load(Width.B4, NUMBER, Mem.at(NUMBER, offset), SCRATCH);
    code.movImm(SLOTS, area.address() + area.slots());
  }

  @Override
  public void first() {
    code.alu(AluOp.AND, Width.B4, OFFSET, NUMBER, area.threads() - 1, SCRATCH);
    code.shift(ShiftOp.LSL, Width.B4, OFFSET, OFFSET, SLOT_SHIFT);
    code.alu(AluOp.ADD, Width.B8, SLOT, SLOTS, OFFSET);
  }

  @Override
  public void jumpIfMine(Label mine) {
    compareKey();
    code.jump(Cond.EQ, mine);
  }

  @Override
  public void jumpIfOther(Label other) {
    compareKey();
    code.jump(Cond.NE, other);
  }

  private void compareKey() {
    load(Reg.X14, TraceArea.KEY);
    compare(Reg.X14, NUMBER);
  }

  @Override
  public void loadProbes() {
    code.movImm(PROBES, area.probes());
  }

  @Override
  public void next(Label again) {
    int mask = (area.threads() - 1) << SLOT_SHIFT;
    code.alu(AluOp.ADD, Width.B4, OFFSET, OFFSET, SLOT_BYTES, SCRATCH);
    code.alu(AluOp.AND, Width.B4, OFFSET, OFFSET, mask, SCRATCH);
    code.alu(AluOp.ADD, Width.B8, SLOT, SLOTS, OFFSET);
    code.alu(AluOp.SUBS, Width.B8, PROBES, PROBES, 1, SCRATCH);
    code.jump(Cond.NE, again);
  }

  @Override
  public void take(Label taken) {
    var retry = new Label();
    var anothers = new Label();
    code.bind(retry);
    code.loadExclusive(Width.B8, Reg.X14, SLOT);
    code.jumpIfNotZero(Width.B8, Reg.X14, anothers);
    code.storeExclusive(Width.B8, Reg.X16, NUMBER, SLOT);
    code.jumpIfNotZero(Width.B4, Reg.X16, retry);
    code.jump(taken);
    code.bind(anothers);
  }

  @Override
  public void countUnplaced() {
    var retry = new Label();
    int offset = TraceArea.UNPLACED - SLOT_BYTES;
    code.alu(AluOp.ADD, Width.B8, SLOT, SLOTS, offset, SCRATCH);
    code.bind(retry);
    code.loadExclusive(Width.B8, Reg.X14, SLOT);
    code.alu(AluOp.ADD, Width.B8, Reg.X14, Reg.X14, 1, SCRATCH);
    code.storeExclusive(Width.B8, Reg.X16, Reg.X14, SLOT);
    code.jumpIfNotZero(Width.B4, Reg.X16, retry);
  }

  @Override
  public void count(int word) {
    load(Reg.X14, word);
    code.alu(AluOp.ADD, Width.B8, Reg.X14, Reg.X14, 1, SCRATCH);
    store(Reg.X14, word);
  }

  @Override
  public void jumpIfBusy(Label busy) {
    load(Reg.X14, TraceArea.BUSY);
    code.jumpIfNotZero(Width.B8, Reg.X14, busy);
  }

  @Override
  public void busy(boolean is) {
    if (is) {
      code.movSp(Reg.X14, Reg.SP);
    }
    store(is ? Reg.X14 : Reg.ZR, TraceArea.BUSY);
  }

  /** Converts the index of an event or frame in a register to its address. */
  private void element(Reg number, int perThread, int first) {
    int perSlot = perThread * TraceArea.EVENT_BYTES / SLOT_BYTES;
    code.shift(ShiftOp.LSL, Width.B8, number, number, EVENT_SHIFT);
    int shift = Integer.numberOfTrailingZeros(perSlot);
    code.alu(AluOp.ADD, Width.B8, number, number, OFFSET, shift);
    code.alu(AluOp.ADD, Width.B8, number, number, SLOTS);
    code.alu(AluOp.ADD, Width.B8, number, number, first - area.slots(), SCRATCH);
  }

  /** Converts a count of events to the address of the event with this number. */
  void eventAddress(Reg count) {
    code.alu(AluOp.AND, Width.B8, count, count, area.events() - 1, SCRATCH);
    element(count, area.events(), area.rings());
  }

  /** Converts the number of a frame to its address. */
  void frameAddress(Reg number) {
    element(number, area.depth(), area.stacks());
  }
}
