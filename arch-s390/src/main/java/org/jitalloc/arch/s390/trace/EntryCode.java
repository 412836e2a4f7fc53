package org.jitalloc.arch.s390.trace;

import java.nio.ByteBuffer;
import org.jitalloc.arch.s390.asm.Assembler;
import org.jitalloc.arch.s390.asm.Mem;
import org.jitalloc.arch.s390.asm.PairOp;
import org.jitalloc.arch.s390.asm.Reg;
import org.jitalloc.arch.s390.asm.RegOp;
import org.jitalloc.arch.s390.asm.ReturnMark;
import org.jitalloc.arch.support.trace.EntryEmitter;

/** Emits the entry and the exit of tracers. */
final class EntryCode implements EntryEmitter {
  /*
   * When a site calls, R0 is the address after the site and R14 the return address of the function;
   * R0 and R1 are scratch registers. R2 to R7 are saved in the save area of the caller's frame,
   * which the traced function overwrites later.
   */
  static final Reg BEHIND_SITE = Reg.R0;
  static final Reg PARENT = Reg.R14;

  /** The offset of R2 in the save area of the caller. */
  static final int SAVE_OFFSET = 16;

  private static final byte[] ILLEGAL = {0, 0, 0, 0};

  private final Assembler code;

  EntryCode(Assembler code) {
    this.code = code;
  }

  @Override
  public void enter() {
    code.pair(PairOp.STMG, Reg.R2, Reg.R7, Mem.at(Reg.R15, SAVE_OFFSET));
  }

  @Override
  public void leave() {
    restore();
    code.reg(RegOp.LGR, Reg.R1, BEHIND_SITE);
    code.jump(Reg.R1);
  }

  @Override
  public void enterHook() {
    code.raw(ByteBuffer.allocate(Integer.BYTES).putInt(ReturnMark.CODE).array());
    enter();
  }

  @Override
  public void leaveHook() {
    restore();
    code.jump(Reg.R14);
  }

  private void restore() {
    code.pair(PairOp.LMG, Reg.R2, Reg.R7, Mem.at(Reg.R15, SAVE_OFFSET));
  }

  @Override
  public void trap() {
    code.raw(ILLEGAL);
  }
}
