package org.jitalloc.arch.x86.poke;

import static org.jitalloc.arch.x86.asm.Reg.R10;
import static org.jitalloc.arch.x86.asm.Reg.R11;
import static org.jitalloc.arch.x86.asm.Reg.R8;
import static org.jitalloc.arch.x86.asm.Reg.R9;
import static org.jitalloc.arch.x86.asm.Reg.RAX;
import static org.jitalloc.arch.x86.asm.Reg.RCX;
import static org.jitalloc.arch.x86.asm.Reg.RDI;
import static org.jitalloc.arch.x86.asm.Reg.RDX;
import static org.jitalloc.arch.x86.asm.Reg.RSI;

import org.jitalloc.arch.AddressRange;
import org.jitalloc.arch.TrapHandler;
import org.jitalloc.arch.support.asm.Label;
import org.jitalloc.arch.support.poke.TrapHandlerEmitter;
import org.jitalloc.arch.x86.asm.AluOp;
import org.jitalloc.arch.x86.asm.Assembler;
import org.jitalloc.arch.x86.asm.Cond;
import org.jitalloc.arch.x86.asm.Mem;
import org.jitalloc.arch.x86.asm.ShiftOp;
import org.jitalloc.arch.x86.asm.Width;

/** The instructions of one trap handler. */
final class TrapHandlerCode implements TrapHandlerEmitter {
  /*
   * Registers: RDX the ucontext and RSI the siginfo throughout, so that a handler that was there
   * before gets them by a jump; RAX the trapping address, R8 the table, RDI its generation while
   * searching; then RCX the record, R9 its action and R10, R11 its numbers. No stack is used but at
   * the very end, and no callee-saved register, so the handler may be called as well.
   * Order: the loads of generation, records, generation need no fence, since x86 does loads in
   * order. The number of records may be read while it changes, but is never more than the table
   * holds, so the search stays inside.
   * Not done: a shadow stack (CET) is not kept in step by the emulated CALL and RET; no JVM runs
   * with one today.
   */
  /** Offsets in siginfo_t, ucontext_t of Linux on x86-64. */
  private static final int SI_CODE = 8;

  private static final int UC_RSP = 160;
  private static final int UC_RIP = 168;
  private static final int UC_FLAGS = 176;

  /** What si_code is for INT3; some emulators say what other architectures say. */
  private static final int SI_KERNEL = 0x80;

  private static final int TRAP_BRKPT = 1;

  private static final int SIGN_FLAG = 0x80;
  private static final int OVERFLOW_TO_SIGN = 4;
  private static final byte INT3 = (byte) 0xcc;

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
    var breakpoint = new Label();
    asm.load(Width.B4, RAX, Mem.at(RSI, SI_CODE));
    asm.alu(AluOp.CMP, Width.B4, RAX, SI_KERNEL);
    asm.jump(Cond.E, breakpoint);
    asm.alu(AluOp.CMP, Width.B4, RAX, TRAP_BRKPT);
    asm.jump(Cond.NE, chain);
    asm.bind(breakpoint);
    asm.load(Width.B8, RAX, Mem.at(RDX, UC_RIP));
    asm.alu(AluOp.SUB, Width.B8, RAX, 1);
    asm.mov(Width.B8, R9, RAX);
    asm.movImm(R8, text.start());
    asm.alu(AluOp.SUB, Width.B8, R9, R8);
    asm.movImm(R8, text.bytes());
    asm.alu(AluOp.CMP, Width.B8, R9, R8);
    asm.jump(Cond.AE, chain);
  }

  @Override
  public void loadGeneration(Label resume) {
    asm.movImm(R8, table);
    asm.load(Width.B8, R8, Mem.at(R8, TrapHandler.ACTIVE_OFFSET));
    asm.load(Width.B8, RDI, Mem.at(R8, TrapHandler.GENERATION_OFFSET));
    asm.test(Width.B4, RDI, 1);
    asm.jump(Cond.NE, resume);
    asm.movImm(R9, table);
    asm.alu(AluOp.CMP, Width.B8, R8, Mem.at(R9, TrapHandler.ACTIVE_OFFSET));
    asm.jump(Cond.NE, resume);
  }

  @Override
  public void startSearch() {
    asm.movImm(R9, 0);
    asm.load(Width.B8, R10, Mem.at(R8, TrapHandler.COUNT_OFFSET));
  }

  @Override
  public void jumpIfEmpty(Label missing) {
    asm.alu(AluOp.CMP, Width.B8, R9, R10);
    asm.jump(Cond.AE, missing);
  }

  @Override
  public void findMiddle() {
    asm.lea(Width.B8, R11, Mem.at(R9, R10, 1, 0));
    asm.shift(ShiftOp.SHR, Width.B8, R11, 1);
    asm.mov(Width.B8, RCX, R11);
    asm.shift(ShiftOp.SHL, Width.B8, RCX, Integer.numberOfTrailingZeros(Emulation.RECORD_BYTES));
    asm.lea(Width.B8, RCX, Mem.at(R8, RCX, 1, TrapHandler.RECORDS_OFFSET));
  }

  @Override
  public void compare(Label found, Label lower) {
    asm.alu(AluOp.CMP, Width.B8, RAX, Mem.at(RCX, 0));
    asm.jump(Cond.E, found);
    asm.jump(Cond.B, lower);
  }

  @Override
  public void raiseLow() {
    asm.lea(Width.B8, R9, Mem.at(R11, 1));
  }

  @Override
  public void lowerHigh() {
    asm.mov(Width.B8, R10, R11);
  }

  @Override
  public void resumeIfGone(Label resume) {
    asm.alu(AluOp.CMP, Width.B1, Mem.at(RAX, 0), INT3);
    asm.jump(Cond.NE, resume);
  }

  @Override
  public void resumeIfChanged(Label resume) {
    asm.alu(AluOp.CMP, Width.B8, RDI, Mem.at(R8, TrapHandler.GENERATION_OFFSET));
    asm.jump(Cond.NE, resume);
  }

  @Override
  public void loadRecord() {
    asm.load(Width.B8, R9, Mem.at(RCX, Emulation.ACTION_OFFSET));
    asm.load(Width.B8, R10, Mem.at(RCX, Emulation.A_OFFSET));
    asm.load(Width.B8, R11, Mem.at(RCX, Emulation.B_OFFSET));
  }

  @Override
  public void emulate(Label resume) {
    var jump = new Label();
    var call = new Label();
    var condition = new Label();
    asm.zeroExtend(Width.B1, RCX, R9);
    asm.test(Width.B4, RCX, RCX);
    asm.jump(Cond.E, resume);
    asm.alu(AluOp.CMP, Width.B4, RCX, Emulation.DETOUR);
    asm.jump(Cond.E, jump);
    asm.lockAlu(AluOp.ADD, Width.B8, Mem.at(R8, TrapHandler.CARRIED_OFFSET), 1);
    asm.alu(AluOp.CMP, Width.B4, RCX, Emulation.CALL);
    asm.jump(Cond.B, jump);
    asm.jump(Cond.E, call);
    asm.alu(AluOp.CMP, Width.B4, RCX, Emulation.CONDITION);
    asm.jump(Cond.E, condition);
    emulateReturn();
    asm.bind(condition);
    emulateCondition(jump);
    asm.bind(call);
    asm.load(Width.B8, RCX, Mem.at(RDX, UC_RSP));
    asm.alu(AluOp.SUB, Width.B8, RCX, Long.BYTES);
    asm.store(Width.B8, Mem.at(RCX, 0), R11);
    asm.store(Width.B8, Mem.at(RDX, UC_RSP), RCX);
    asm.bind(jump);
    asm.store(Width.B8, Mem.at(RDX, UC_RIP), R10);
    asm.ret();
  }

  @Override
  public void resume() {
    asm.store(Width.B8, Mem.at(RDX, UC_RIP), RAX);
    asm.ret();
  }

  private void emulateReturn() {
    asm.load(Width.B8, RCX, Mem.at(RDX, UC_RSP));
    asm.load(Width.B8, RAX, Mem.at(RCX, 0));
    asm.lea(Width.B8, RCX, Mem.at(RCX, R10, 1, Long.BYTES));
    asm.store(Width.B8, Mem.at(RDX, UC_RSP), RCX);
    asm.store(Width.B8, Mem.at(RDX, UC_RIP), RAX);
    asm.ret();
  }

  private void emulateCondition(Label jump) {
    var other = new Label();
    asm.load(Width.B4, RAX, Mem.at(RDX, UC_FLAGS));
    asm.mov(Width.B4, RCX, RAX);
    asm.shift(ShiftOp.SHR, Width.B4, RCX, OVERFLOW_TO_SIGN);
    asm.alu(AluOp.XOR, Width.B4, RCX, RAX);
    asm.mov(Width.B4, R8, R9);
    asm.shift(
        ShiftOp.SHR, Width.B4, R8, Emulation.SIGN_SHIFT - Integer.numberOfTrailingZeros(SIGN_FLAG));
    asm.alu(AluOp.AND, Width.B4, R8, SIGN_FLAG);
    asm.alu(AluOp.AND, Width.B4, RCX, R8);
    asm.mov(Width.B4, R8, R9);
    asm.shift(ShiftOp.SHR, Width.B4, R8, Emulation.FLAG_MASK_SHIFT);
    asm.alu(AluOp.AND, Width.B4, RAX, R8);
    asm.test(Width.B4, R9, 1 << Emulation.NEGATE_SHIFT);
    asm.jump(Cond.NE, other);
    asm.alu(AluOp.OR, Width.B4, RAX, RCX);
    asm.jump(Cond.NE, jump);
    asm.mov(Width.B8, R10, R11);
    asm.jump(jump);
    asm.bind(other);
    asm.alu(AluOp.OR, Width.B4, RAX, RCX);
    asm.jump(Cond.E, jump);
    asm.mov(Width.B8, R10, R11);
    asm.jump(jump);
  }
}
