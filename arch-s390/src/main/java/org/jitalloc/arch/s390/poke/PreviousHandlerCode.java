package org.jitalloc.arch.s390.poke;

import static org.jitalloc.arch.s390.asm.Reg.R0;
import static org.jitalloc.arch.s390.asm.Reg.R1;
import static org.jitalloc.arch.s390.asm.Reg.R14;
import static org.jitalloc.arch.s390.asm.Reg.R15;
import static org.jitalloc.arch.s390.asm.Reg.R2;
import static org.jitalloc.arch.s390.asm.Reg.R3;
import static org.jitalloc.arch.s390.asm.Reg.R4;
import static org.jitalloc.arch.s390.asm.Reg.R5;

import org.jitalloc.arch.s390.asm.Assembler;
import org.jitalloc.arch.s390.asm.Cond;
import org.jitalloc.arch.s390.asm.HalfOp;
import org.jitalloc.arch.s390.asm.Mem;
import org.jitalloc.arch.s390.asm.MemOp;
import org.jitalloc.arch.s390.asm.Reg;
import org.jitalloc.arch.s390.asm.RegOp;
import org.jitalloc.arch.s390.asm.WordOp;
import org.jitalloc.arch.support.asm.Label;
import org.jitalloc.arch.support.poke.PreviousHandlerEmitter;

/** Passes a signal to the previous action; R2, R3, R4 are the arguments of the handler. */
final class PreviousHandlerCode implements PreviousHandlerEmitter {
  /*
   * A handler gets the signal by a jump. The default action ends the process: the disposition is
   * set back and the same signal with the same siginfo is queued for this thread. The signal is
   * not blocked here, so the thread takes it at once. A signal that the thread raised by
   * an illegal instruction cannot be ignored: Linux ends the process as if there were no handler. A
   * signal that was sent can be ignored.
   * The C library is not called: this is signal context.
   */
  private static final int IGNORE = 1;
  private static final int SI_CODE = 8;

  private static final int GETPID = 20;
  private static final int RT_SIGACTION = 174;
  private static final int GETTID = 236;
  private static final int TGKILL = 241;
  private static final int RT_TGSIGQUEUEINFO = 330;

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
    asm.constant(R1, previousAddress);
    asm.mem(MemOp.LG, R1, Mem.at(R1, 0));
    asm.word(WordOp.CLGFI, R1, IGNORE);
  }

  @Override
  public void jumpByPrevious(Label handler, Label byDefault) {
    asm.jump(Cond.HIGH, handler);
    asm.jump(Cond.LOW, byDefault);
  }

  @Override
  public void jumpIfForced(Label byDefault) {
    asm.mem(MemOp.LGF, R0, Mem.at(R3, SI_CODE));
    asm.half(HalfOp.CGHI, R0, 0);
    asm.jump(Cond.HIGH, byDefault);
  }

  @Override
  public void ret() {
    asm.jump(R14);
  }

  @Override
  public void jumpToPrevious() {
    asm.jump(R1);
  }

  @Override
  public void endByDefault() {
    var queued = new Label();
    asm.reg(RegOp.LGR, R0, R3);
    restoreDefaultAction();
    system(GETPID);
    asm.reg(RegOp.LGR, R3, R2);
    system(GETTID);
    asm.reg(RegOp.LGR, R4, R2);
    asm.reg(RegOp.LGR, R2, R3);
    asm.reg(RegOp.LGR, R3, R4);
    asm.constant(R4, S390TrapHandler.SIGILL);
    asm.reg(RegOp.LGR, R5, R0);
    asm.reg(RegOp.LGR, R0, R2);
    system(RT_TGSIGQUEUEINFO);
    asm.reg(RegOp.LTGR, R2, R2);
    asm.jump(Cond.NOT_LOW, queued);
    asm.reg(RegOp.LGR, R2, R0);
    system(TGKILL);
    asm.bind(queued);
    asm.jump(R14);
  }

  /** Emits the system call with a structure of zeros; it changes only R2. */
  private void restoreDefaultAction() {
    asm.mem(MemOp.LAY, R15, Mem.at(R15, -SIGACTION_BYTES));
    asm.half(HalfOp.LGHI, R1, 0);
    for (int offset = 0; offset < SIGACTION_BYTES; offset += Long.BYTES) {
      asm.mem(MemOp.STG, R1, Mem.at(R15, offset));
    }
    asm.constant(R2, S390TrapHandler.SIGILL);
    asm.reg(RegOp.LGR, R3, R15);
    asm.constant(R4, 0);
    asm.constant(R5, SIGSET_BYTES);
    system(RT_SIGACTION);
    asm.mem(MemOp.LAY, R15, Mem.at(R15, SIGACTION_BYTES));
  }

  private void system(int number) {
    asm.constant(Reg.R1, number);
    asm.system();
  }
}
