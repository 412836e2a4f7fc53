package org.jitalloc.arch.arm64.trace;

import org.jitalloc.arch.arm64.asm.Assembler;
import org.jitalloc.arch.arm64.asm.Reg;
import org.jitalloc.arch.arm64.asm.ReturnMark;
import org.jitalloc.arch.arm64.asm.Width;
import org.jitalloc.arch.support.trace.EntryEmitter;

/** Emits the entry and the exit of tracers. */
final class EntryCode implements EntryEmitter {
  /*
   * When a site calls, X30 is the address after the site and X9 the return address of the function;
   * X9 to X17 are scratch registers, so nothing has to be saved. The tracer returns to the address
   * after the site with the return address in X30. The hook does not change result registers.
   */
  static final Reg BEHIND_SITE = Reg.X30;
  static final Reg PARENT = Reg.X9;

  private static final int UDF = 0;

  private final Assembler code;

  EntryCode(Assembler code) {
    this.code = code;
  }

  @Override
  public void enter() {}

  @Override
  public void leave() {
    code.mov(Width.B8, Reg.X10, BEHIND_SITE);
    code.mov(Width.B8, Reg.X30, PARENT);
    code.jump(Reg.X10);
  }

  @Override
  public void enterHook() {
    code.word(ReturnMark.CODE);
  }

  @Override
  public void leaveHook() {
    code.ret();
  }

  @Override
  public void trap() {
    code.word(UDF);
  }
}
