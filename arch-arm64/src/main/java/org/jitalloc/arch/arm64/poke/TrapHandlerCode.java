package org.jitalloc.arch.arm64.poke;

import static org.jitalloc.arch.arm64.asm.Reg.*;

import org.jitalloc.arch.AddressRange;
import org.jitalloc.arch.TrapHandler;
import org.jitalloc.arch.arm64.asm.AluOp;
import org.jitalloc.arch.arm64.asm.Assembler;
import org.jitalloc.arch.arm64.asm.Cond;
import org.jitalloc.arch.arm64.asm.Mem;
import org.jitalloc.arch.arm64.asm.Reg;
import org.jitalloc.arch.arm64.asm.ShiftOp;
import org.jitalloc.arch.arm64.asm.Width;
import org.jitalloc.arch.support.asm.Label;
import org.jitalloc.arch.support.poke.TrapHandlerEmitter;

/** The instructions of one trap handler. */
final class TrapHandlerCode implements TrapHandlerEmitter {
  /*
   * Registers: X0 to X2 the arguments throughout, so that a handler that was there before gets them
   * by a jump; X3 the trapping address, X4 the table, X5 its generation; while searching X6 to X8
   * low, high and middle; X9 the record, then X10 its action and X11, X12 its numbers. No
   * callee-saved register is used, and the stack only to end the process. The context points at the
   * BRK itself, so resuming there is returning.
   * Order: the generation is loaded with acquire, records after it; before it is loaded again, DMB
   * ISHLD lets the loads of the records be done. The number of records may be read while it
   * changes, but is never more than the table holds. The counter goes by LDAXR and STLXR, which
   * every processor has.
   */
  /** Offsets in siginfo_t and in ucontext_t of Linux on arm64, whose machine context is at 176. */
  private static final int SI_CODE = 8;

  private static final int UC_REGS = 184;
  private static final int UC_X30 = UC_REGS + 30 * Long.BYTES;
  private static final int UC_PC = 440;

  /** What si_code is for BRK. */
  private static final int TRAP_BRKPT = 1;

  private static final Reg SCRATCH = X15;

  private final Assembler asm;
  private final long table;
  private final AddressRange text;

  TrapHandlerCode(Assembler asm, long table, AddressRange text) {
    this.asm = asm;
    this.table = table;
    this.text = text;
  }

  @Override
  public void takeOwn(Label chain) {
    asm.load(Width.B4, X6, Mem.at(X1, SI_CODE), SCRATCH);
    compare(Width.B4, X6, TRAP_BRKPT);
    asm.jump(Cond.NE, chain);
    asm.load(Width.B8, X3, Mem.at(X2, UC_PC), SCRATCH);
    asm.movImm(X4, text.start());
    asm.alu(AluOp.SUB, Width.B8, X6, X3, X4);
    asm.movImm(X4, text.bytes());
    compare(X6, X4);
    asm.jump(Cond.HS, chain);
  }

  @Override
  public void loadGeneration(Label resume) {
    asm.movImm(X4, table);
    asm.load(Width.B8, X4, Mem.at(X4, TrapHandler.ACTIVE_OFFSET), SCRATCH);
    asm.loadAcquire(Width.B8, X5, X4);
    asm.alu(AluOp.ANDS, Width.B8, ZR, X5, 1, SCRATCH);
    asm.jump(Cond.NE, resume);
    asm.movImm(X6, table);
    asm.load(Width.B8, X13, Mem.at(X6, TrapHandler.ACTIVE_OFFSET), SCRATCH);
    compare(X13, X4);
    asm.jump(Cond.NE, resume);
  }

  @Override
  public void startSearch() {
    asm.movImm(X6, 0);
    asm.load(Width.B8, X7, Mem.at(X4, TrapHandler.COUNT_OFFSET), SCRATCH);
  }

  @Override
  public void jumpIfEmpty(Label missing) {
    compare(X6, X7);
    asm.jump(Cond.HS, missing);
  }

  @Override
  public void findMiddle() {
    asm.alu(AluOp.ADD, Width.B8, X8, X6, X7);
    asm.shift(ShiftOp.LSR, Width.B8, X8, X8, 1);
    int recordShift = Integer.numberOfTrailingZeros(Emulation.RECORD_BYTES);
    asm.alu(AluOp.ADD, Width.B8, X9, X4, X8, recordShift);
    asm.alu(AluOp.ADD, Width.B8, X9, X9, TrapHandler.RECORDS_OFFSET, SCRATCH);
  }

  @Override
  public void compare(Label found, Label lower) {
    asm.load(Width.B8, X10, Mem.at(X9, 0), SCRATCH);
    compare(X3, X10);
    asm.jump(Cond.EQ, found);
    asm.jump(Cond.LO, lower);
  }

  @Override
  public void raiseLow() {
    asm.alu(AluOp.ADD, Width.B8, X6, X8, 1, SCRATCH);
  }

  @Override
  public void lowerHigh() {
    asm.mov(Width.B8, X7, X8);
  }

  @Override
  public void resumeIfGone(Label resume) {
    asm.load(Width.B4, X6, Mem.at(X3, 0), SCRATCH);
    asm.movImm(X7, Integer.toUnsignedLong(PokedWord.BRK_MASK));
    asm.alu(AluOp.AND, Width.B4, X6, X6, X7);
    asm.movImm(X7, Integer.toUnsignedLong(PokedWord.BRK));
    compare(X6, X7);
    asm.jump(Cond.NE, resume);
  }

  @Override
  public void resumeIfChanged(Label resume) {
    asm.loadBarrier();
    asm.load(Width.B8, X13, Mem.at(X4, TrapHandler.GENERATION_OFFSET), SCRATCH);
    compare(X13, X5);
    asm.jump(Cond.NE, resume);
  }

  @Override
  public void loadRecord() {
    asm.load(Width.B8, X10, Mem.at(X9, Emulation.ACTION_OFFSET), SCRATCH);
    asm.load(Width.B8, X11, Mem.at(X9, Emulation.A_OFFSET), SCRATCH);
    asm.load(Width.B8, X12, Mem.at(X9, Emulation.B_OFFSET), SCRATCH);
  }

  @Override
  public void emulate(Label resume) {
    var jump = new Label();
    var call = new Label();
    asm.jumpIfZero(Width.B8, X10, resume);
    count();
    compare(Width.B8, X10, Emulation.CALL);
    asm.jump(Cond.LO, jump);
    asm.jump(Cond.EQ, call);
    asm.alu(AluOp.ADD, Width.B8, X11, X2, X11, Integer.numberOfTrailingZeros(Long.BYTES));
    asm.load(Width.B8, X11, Mem.at(X11, UC_REGS), SCRATCH);
    asm.jump(jump);
    asm.bind(call);
    asm.store(Width.B8, X12, Mem.at(X2, UC_X30), SCRATCH);
    asm.bind(jump);
    asm.store(Width.B8, X11, Mem.at(X2, UC_PC), SCRATCH);
  }

  @Override
  public void resume() {
    asm.ret();
  }

  private void count() {
    var again = new Label();
    asm.alu(AluOp.ADD, Width.B8, X6, X4, TrapHandler.CARRIED_OFFSET, SCRATCH);
    asm.bind(again);
    asm.loadExclusive(Width.B8, X7, X6);
    asm.alu(AluOp.ADD, Width.B8, X7, X7, 1, SCRATCH);
    asm.storeExclusive(Width.B8, X8, X7, X6);
    asm.jumpIfNotZero(Width.B4, X8, again);
  }

  private void compare(Reg n, Reg m) {
    asm.alu(AluOp.SUBS, Width.B8, ZR, n, m);
  }

  private void compare(Width width, Reg n, int value) {
    asm.alu(AluOp.SUBS, width, ZR, n, value, SCRATCH);
  }
}
