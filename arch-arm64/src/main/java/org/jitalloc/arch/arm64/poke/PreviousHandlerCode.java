package org.jitalloc.arch.arm64.poke;

import static org.jitalloc.arch.arm64.asm.Reg.*;

import org.jitalloc.arch.arm64.asm.AluOp;
import org.jitalloc.arch.arm64.asm.Assembler;
import org.jitalloc.arch.arm64.asm.Cond;
import org.jitalloc.arch.arm64.asm.Mem;
import org.jitalloc.arch.arm64.asm.Reg;
import org.jitalloc.arch.arm64.asm.Width;
import org.jitalloc.arch.support.asm.Label;
import org.jitalloc.arch.support.poke.PreviousHandlerEmitter;

/** Passes a signal to the previous action; X1 is the siginfo, X2 the ucontext. */
final class PreviousHandlerCode implements PreviousHandlerEmitter {
  /*
   * A handler gets the signal by a jump. The default action ends the process: the disposition is
   * set back and the same signal with the same siginfo is queued for this thread. The signal is
   * not blocked here, so the thread takes it at once. A signal that the thread raised by
   * a BRK cannot be ignored: Linux ends the process as if there were no handler. A signal that
   * was sent can be ignored.
   * The C library is not called: this is signal context.
   */
  private static final int IGNORE = 1;
  private static final int SI_CODE = 8;

  /** Numbers of system calls, for X8. */
  private static final int TGKILL = 131;

  private static final int RT_SIGACTION = 134;
  private static final int GETPID = 172;
  private static final int GETTID = 178;
  private static final int RT_TGSIGQUEUEINFO = 240;

  /** The kernel's struct sigaction: handler, flags, restorer and a mask of 8 bytes. */
  private static final int SIGACTION_BYTES = 32;

  private static final int SIGSET_BYTES = 8;

  /** Preserves the siginfo: a system call changes only X0. */
  private static final Reg SIGINFO = X9;

  private static final Reg SCRATCH = X15;

  private final Assembler asm;
  private final long previousAddress;

  PreviousHandlerCode(Assembler asm, long previousAddress) {
    this.asm = asm;
    this.previousAddress = previousAddress;
  }

  @Override
  public void loadPrevious() {
    asm.movImm(X16, previousAddress);
    asm.load(Width.B8, X16, Mem.at(X16, 0), SCRATCH);
    asm.alu(AluOp.SUBS, Width.B8, ZR, X16, IGNORE, SCRATCH);
  }

  @Override
  public void jumpByPrevious(Label handler, Label byDefault) {
    asm.jump(Cond.HI, handler);
    asm.jump(Cond.LO, byDefault);
  }

  @Override
  public void jumpIfForced(Label byDefault) {
    asm.load(Width.B4, X3, Mem.at(X1, SI_CODE), SCRATCH);
    asm.alu(AluOp.SUBS, Width.B4, ZR, X3, 0, SCRATCH);
    asm.jump(Cond.GT, byDefault);
  }

  @Override
  public void ret() {
    asm.ret();
  }

  @Override
  public void jumpToPrevious() {
    asm.jump(X16);
  }

  @Override
  public void endByDefault() {
    var queued = new Label();
    asm.mov(Width.B8, SIGINFO, X1);
    restoreDefaultAction();
    identify();
    asm.mov(Width.B8, X3, SIGINFO);
    system(RT_TGSIGQUEUEINFO);
    asm.alu(AluOp.SUBS, Width.B8, ZR, X0, 0, SCRATCH);
    asm.jump(Cond.GE, queued);
    identify();
    system(TGKILL);
    asm.bind(queued);
    asm.ret();
  }

  private void restoreDefaultAction() {
    asm.alu(AluOp.SUB, Width.B8, SP, SP, SIGACTION_BYTES, SCRATCH);
    asm.storePair(ZR, ZR, Mem.at(SP, 0));
    asm.storePair(ZR, ZR, Mem.at(SP, 2 * Long.BYTES));
    asm.movImm(X0, Arm64TrapHandler.SIGTRAP);
    asm.movSp(X1, SP);
    asm.movImm(X2, 0);
    asm.movImm(X3, SIGSET_BYTES);
    system(RT_SIGACTION);
    asm.alu(AluOp.ADD, Width.B8, SP, SP, SIGACTION_BYTES, SCRATCH);
  }

  /** Loads the process, the thread and the signal as arguments. */
  private void identify() {
    system(GETTID);
    asm.mov(Width.B8, X1, X0);
    system(GETPID);
    asm.movImm(X2, Arm64TrapHandler.SIGTRAP);
  }

  private void system(int number) {
    asm.movImm(X8, number);
    asm.systemCall();
  }
}
