package org.jitalloc.arch.s390.poke;

import static org.jitalloc.arch.s390.asm.Reg.R0;
import static org.jitalloc.arch.s390.asm.Reg.R1;
import static org.jitalloc.arch.s390.asm.Reg.R10;
import static org.jitalloc.arch.s390.asm.Reg.R11;
import static org.jitalloc.arch.s390.asm.Reg.R14;
import static org.jitalloc.arch.s390.asm.Reg.R15;
import static org.jitalloc.arch.s390.asm.Reg.R3;
import static org.jitalloc.arch.s390.asm.Reg.R4;
import static org.jitalloc.arch.s390.asm.Reg.R5;
import static org.jitalloc.arch.s390.asm.Reg.R6;
import static org.jitalloc.arch.s390.asm.Reg.R7;
import static org.jitalloc.arch.s390.asm.Reg.R8;
import static org.jitalloc.arch.s390.asm.Reg.R9;

import org.jitalloc.arch.AddressRange;
import org.jitalloc.arch.TrapHandler;
import org.jitalloc.arch.s390.asm.Assembler;
import org.jitalloc.arch.s390.asm.Cond;
import org.jitalloc.arch.s390.asm.HalfOp;
import org.jitalloc.arch.s390.asm.Mem;
import org.jitalloc.arch.s390.asm.MemOp;
import org.jitalloc.arch.s390.asm.PairOp;
import org.jitalloc.arch.s390.asm.RegOp;
import org.jitalloc.arch.s390.asm.WordOp;
import org.jitalloc.arch.support.asm.Label;
import org.jitalloc.arch.support.poke.TrapHandlerEmitter;

/** The instructions of one trap handler. */
final class TrapHandlerCode implements TrapHandlerEmitter {
  /*
   * Where it trapped says siginfo: for an illegal instruction the kernel puts the address of its
   * first byte there, while the PSW in the context is already behind it. So to resume is to set the
   * PSW back.
   * Registers: R2 the signal, R3 siginfo, R4 ucontext throughout, so that a handler that was there
   * before gets them by a jump;
   * R1 the trapping address, R5 the table, R6 its generation; R7 and R8 the ends of the search, R9
   * and R11 scratch, R10 the record; then R7 its action, R8 the target, R9 the next address. R6 to
   * R11 belong to the caller: they are kept in the area for that in its stack frame. Nothing is
   * called, so there is no frame of its own.
   * Order: the processor does loads in order, so the loads of generation, records, generation need
   * no serialisation. The number of records may be read while it changes, but is never more than
   * the table holds. A trap without a record has gone only if a legal instruction stands there now:
   * what fills memory traps for good, and a thread in it has to end, not to try again for ever.
   * HotSpot uses SIGILL as well: every address that is not ours goes on to the handler that was
   * there before.
   */
  /** Offsets in siginfo_t and ucontext_t of Linux on s390x. */
  private static final int SI_CODE = 8;

  private static final int SI_ADDR = 16;
  private static final int UC_PSW_MASK = 40;
  private static final int UC_PSW_ADDRESS = 48;
  private static final int UC_REGISTERS = 56;

  /** What si_code is for an illegal operation code. */
  private static final int ILL_ILLOPC = 1;

  /** The length of every trap; a longer illegal instruction is nothing that comes and goes. */
  private static final int TRAP_BYTES = 2;

  /** Halfwords below are illegal instructions: ours, what fills memory, and those of others. */
  private static final int FIRST_LEGAL = 0x0100;

  /** Where the condition code is in the PSW mask. */
  private static final int CONDITION_SHIFT = 44;

  private static final int RECORD_SHIFT = Integer.numberOfTrailingZeros(Emulation.RECORD_BYTES);
  private static final int RECORD = TrapHandler.RECORDS_OFFSET;

  /** Where the ABI has room for R6 and the ones behind it in the caller's frame. */
  private static final Mem SAVED = Mem.at(R15, 48);

  private final Assembler asm;
  private final long table;
  private final AddressRange text;
  private final Label done = new Label();

  TrapHandlerCode(Assembler asm, long table, AddressRange text) {
    this.asm = asm;
    this.table = table;
    this.text = text;
  }

  @Override
  public void begin() {
    asm.pair(PairOp.STMG, R6, R11, SAVED);
  }

  @Override
  public void restore() {
    asm.pair(PairOp.LMG, R6, R11, SAVED);
  }

  @Override
  public void takeOwn(Label chain) {
    asm.mem(MemOp.LGF, R0, Mem.at(R3, SI_CODE));
    asm.half(HalfOp.CGHI, R0, ILL_ILLOPC);
    asm.jump(Cond.NOT_EQUAL, chain);
    asm.mem(MemOp.LG, R1, Mem.at(R3, SI_ADDR));
    asm.mem(MemOp.LG, R0, Mem.at(R4, UC_PSW_ADDRESS));
    asm.reg(RegOp.SGR, R0, R1);
    asm.half(HalfOp.CGHI, R0, TRAP_BYTES);
    asm.jump(Cond.NOT_EQUAL, chain);
    asm.reg(RegOp.LGR, R6, R1);
    asm.constant(R5, text.start());
    asm.reg(RegOp.SGR, R6, R5);
    asm.constant(R5, text.bytes());
    asm.reg(RegOp.CLGR, R6, R5);
    asm.jump(Cond.NOT_LOW, chain);
  }

  @Override
  public void loadGeneration(Label resume) {
    asm.constant(R5, table);
    asm.mem(MemOp.LG, R5, Mem.at(R5, TrapHandler.ACTIVE_OFFSET));
    asm.mem(MemOp.LG, R6, Mem.at(R5, TrapHandler.GENERATION_OFFSET));
    asm.half(HalfOp.TMLL, R6, 1);
    asm.jump(Cond.NOT_EQUAL, resume);
    asm.constant(R7, table);
    asm.mem(MemOp.CLG, R5, Mem.at(R7, TrapHandler.ACTIVE_OFFSET));
    asm.jump(Cond.NOT_EQUAL, resume);
  }

  @Override
  public void startSearch() {
    asm.half(HalfOp.LGHI, R7, 0);
    asm.mem(MemOp.LG, R8, Mem.at(R5, TrapHandler.COUNT_OFFSET));
  }

  @Override
  public void jumpIfEmpty(Label missing) {
    asm.reg(RegOp.CLGR, R7, R8);
    asm.jump(Cond.NOT_LOW, missing);
  }

  @Override
  public void findMiddle() {
    asm.reg(RegOp.LGR, R9, R7);
    asm.reg(RegOp.AGR, R9, R8);
    asm.shift(PairOp.SRLG, R9, R9, 1);
    asm.shift(PairOp.SLLG, R10, R9, RECORD_SHIFT);
    asm.reg(RegOp.AGR, R10, R5);
  }

  @Override
  public void compare(Label found, Label lower) {
    asm.mem(MemOp.CLG, R1, Mem.at(R10, RECORD));
    asm.jump(Cond.EQUAL, found);
    asm.jump(Cond.LOW, lower);
  }

  @Override
  public void raiseLow() {
    asm.mem(MemOp.LAY, R7, Mem.at(R9, 1));
  }

  @Override
  public void lowerHigh() {
    asm.reg(RegOp.LGR, R8, R9);
  }

  @Override
  public void resumeIfGone(Label resume) {
    asm.mem(MemOp.LLGH, R0, Mem.at(R1, 0));
    asm.half(HalfOp.CHI, R0, FIRST_LEGAL);
    asm.jump(Cond.NOT_LOW, resume);
  }

  @Override
  public void resumeIfChanged(Label resume) {
    asm.mem(MemOp.CLG, R6, Mem.at(R5, TrapHandler.GENERATION_OFFSET));
    asm.jump(Cond.NOT_EQUAL, resume);
  }

  @Override
  public void loadRecord() {
    asm.mem(MemOp.LG, R7, Mem.at(R10, RECORD + Emulation.ACTION_OFFSET));
    asm.mem(MemOp.LG, R8, Mem.at(R10, RECORD + Emulation.TARGET_OFFSET));
    asm.mem(MemOp.LG, R9, Mem.at(R10, RECORD + Emulation.NEXT_OFFSET));
  }

  @Override
  public void emulate(Label resume) {
    var call = new Label();
    var go = new Label();
    asm.reg(RegOp.LTGR, R7, R7);
    asm.jump(Cond.EQUAL, resume);
    count();
    asm.half(HalfOp.TMLL, R7, Emulation.CALL);
    asm.jump(Cond.NOT_EQUAL, call);
    takeIfConditionHolds(go);
    asm.reg(RegOp.LGR, R8, R9);
    asm.jump(go);
    asm.bind(call);
    asm.shift(PairOp.SRLG, R7, R7, Emulation.FIELD_SHIFT);
    asm.shift(PairOp.SLLG, R7, R7, Integer.numberOfTrailingZeros(Long.BYTES));
    asm.reg(RegOp.AGR, R7, R4);
    asm.mem(MemOp.STG, R9, Mem.at(R7, UC_REGISTERS));
    asm.bind(go);
    asm.mem(MemOp.STG, R8, Mem.at(R4, UC_PSW_ADDRESS));
    asm.jump(done);
  }

  @Override
  public void resume() {
    asm.mem(MemOp.STG, R1, Mem.at(R4, UC_PSW_ADDRESS));
    asm.bind(done);
    restore();
    asm.jump(R14);
  }

  /** Bit 3 - code of the mask says whether the branch is taken. */
  private void takeIfConditionHolds(Label go) {
    asm.mem(MemOp.LG, R11, Mem.at(R4, UC_PSW_MASK));
    asm.shift(PairOp.SRLG, R11, R11, CONDITION_SHIFT);
    asm.word(WordOp.NILF, R11, 3);
    asm.word(WordOp.XILF, R11, 3);
    asm.pair(PairOp.SRLG, R7, R7, Mem.at(R11, Emulation.FIELD_SHIFT));
    asm.half(HalfOp.TMLL, R7, 1);
    asm.jump(Cond.NOT_EQUAL, go);
  }

  private void count() {
    var again = new Label();
    asm.mem(MemOp.LG, R0, Mem.at(R5, TrapHandler.CARRIED_OFFSET));
    asm.bind(again);
    asm.reg(RegOp.LGR, R11, R0);
    asm.half(HalfOp.AGHI, R11, 1);
    asm.pair(PairOp.CSG, R0, R11, Mem.at(R5, TrapHandler.CARRIED_OFFSET));
    asm.jump(Cond.NOT_EQUAL, again);
  }
}
