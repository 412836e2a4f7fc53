package org.jitalloc.arch.x86.poke;

import static org.jitalloc.arch.x86.asm.Reg.R10;
import static org.jitalloc.arch.x86.asm.Reg.RAX;
import static org.jitalloc.arch.x86.asm.Reg.RDI;
import static org.jitalloc.arch.x86.asm.Reg.RDX;
import static org.jitalloc.arch.x86.asm.Reg.RSI;
import static org.jitalloc.arch.x86.asm.Reg.RSP;

import org.jitalloc.arch.support.asm.Label;
import org.jitalloc.arch.support.poke.PreviousHandlerEmitter;
import org.jitalloc.arch.x86.asm.AluOp;
import org.jitalloc.arch.x86.asm.Assembler;
import org.jitalloc.arch.x86.asm.Cond;
import org.jitalloc.arch.x86.asm.Mem;
import org.jitalloc.arch.x86.asm.Width;

/** Passes a signal to the previous action; RSI is the siginfo, RDX the ucontext. */
final class PreviousHandlerCode implements PreviousHandlerEmitter {
  /*
   * A handler gets the signal by a jump. The default action ends the process: the disposition is
   * set back and the same signal with the same siginfo is queued for this thread. The signal is
   * not blocked here, so the thread takes it at once. A signal that the thread raised by
   * an INT3 cannot be ignored: Linux ends the process as if there were no handler. A signal that
   * was sent can be ignored.
   * The C library is not called: this is signal context, and its sigaction would ask for a
   * restorer.
   */
  private static final int SIGTRAP = 5;
  private static final int IGNORE = 1;
  private static final int SI_CODE = 8;

  private static final int RT_SIGACTION = 13;
  private static final int GETPID = 39;
  private static final int GETTID = 186;
  private static final int TGKILL = 234;
  private static final int RT_TGSIGQUEUEINFO = 297;

  /** The kernel's struct sigaction: handler, flags, restorer and a mask of 8 bytes. */
  private static final int SIGACTION_BYTES = 32;

  private static final int SIGSET_BYTES = 8;

  private final Assembler asm;
  private final long previousAddress;

  PreviousHandlerCode(Assembler asm, long previousAddress) {
    this.asm = asm;
    this.previousAddress = previousAddress;
  }

  @Override
  public void loadPrevious() {
    asm.movImm(RAX, previousAddress);
    asm.load(Width.B8, RAX, Mem.at(RAX, 0));
    asm.movImm(RDI, SIGTRAP);
    asm.alu(AluOp.CMP, Width.B8, RAX, IGNORE);
  }

  @Override
  public void jumpByPrevious(Label handler, Label byDefault) {
    asm.jump(Cond.A, handler);
    asm.jump(Cond.B, byDefault);
  }

  @Override
  public void jumpIfForced(Label byDefault) {
    asm.alu(AluOp.CMP, Width.B4, Mem.at(RSI, SI_CODE), 0);
    asm.jump(Cond.G, byDefault);
  }

  @Override
  public void ret() {
    asm.ret();
  }

  @Override
  public void jumpToPrevious() {
    asm.jump(RAX);
  }

  @Override
  public void endByDefault() {
    var queued = new Label();
    asm.push(RSI);
    restoreDefaultAction();
    system(GETPID);
    asm.mov(Width.B8, RDI, RAX);
    system(GETTID);
    asm.mov(Width.B8, RSI, RAX);
    asm.movImm(RDX, SIGTRAP);
    asm.pop(R10);
    system(RT_TGSIGQUEUEINFO);
    asm.test(Width.B8, RAX, RAX);
    asm.jump(Cond.NS, queued);
    system(TGKILL);
    asm.bind(queued);
    asm.ret();
  }

  private void restoreDefaultAction() {
    asm.alu(AluOp.SUB, Width.B8, RSP, SIGACTION_BYTES);
    for (int offset = 0; offset < SIGACTION_BYTES; offset += Long.BYTES) {
      asm.storeImm(Width.B8, Mem.at(RSP, offset), 0);
    }
    asm.mov(Width.B8, RSI, RSP);
    asm.movImm(RDX, 0);
    asm.movImm(R10, SIGSET_BYTES);
    system(RT_SIGACTION);
    asm.alu(AluOp.ADD, Width.B8, RSP, SIGACTION_BYTES);
  }

  private void system(int number) {
    asm.movImm(RAX, number);
    asm.syscall();
  }
}
