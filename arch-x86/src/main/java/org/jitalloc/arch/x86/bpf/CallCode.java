package org.jitalloc.arch.x86.bpf;

import org.jitalloc.arch.bpf.BpfFrame;
import org.jitalloc.arch.support.asm.Label;
import org.jitalloc.arch.support.bpf.CallEmitter;
import org.jitalloc.arch.x86.asm.AluOp;
import org.jitalloc.arch.x86.asm.Assembler;
import org.jitalloc.arch.x86.asm.Cond;
import org.jitalloc.arch.x86.asm.Reg;
import org.jitalloc.arch.x86.asm.Width;

/**
 * Calls of functions of the program and of helpers. RAX is the result register of the C ABI, r0,
 * and the helper register.
 */
final class CallCode implements CallEmitter {
  private static final Reg HELPER = Reg.RAX;

  /** The number register; if no helper is found, it is the failing address. */
  private static final Reg NUMBER = BpfRegisters.FAILING_ADDRESS;

  private final Assembler asm;

  CallCode(Assembler asm) {
    this.asm = asm;
  }

  @Override
  public void call(Label function) {
    asm.call(function);
  }

  @Override
  public void loadHelper(long address) {
    asm.movImm(HELPER, address);
  }

  @Override
  public void jumpIfStackLow(Label target) {
    asm.alu(AluOp.CMP, Width.B8, Reg.RSP, ExitCode.field(BpfFrame.STACK_FLOOR));
    asm.jump(Cond.B, target);
  }

  @Override
  public void callHelper() {
    asm.call(HELPER);
  }

  @Override
  public void jumpIfEnded(Label target) {
    asm.alu(AluOp.CMP, Width.B8, ExitCode.field(BpfFrame.STATUS), (int) BpfFrame.RUNNING);
    asm.jump(Cond.NE, target);
  }

  @Override
  public void loadNumber(int register) {
    asm.mov(Width.B8, NUMBER, BpfRegisters.of(register));
  }

  @Override
  public void jumpIfNoHelper(Label target) {
    asm.test(Width.B8, HELPER, HELPER);
    asm.jump(Cond.E, target);
  }

  @Override
  public void jumpIfOther(int number, Label target) {
    asm.alu(AluOp.CMP, Width.B8, NUMBER, number);
    asm.jump(Cond.NE, target);
  }

  @Override
  public void jumpIfLower(Label target) {
    asm.jump(Cond.L, target);
  }

  @Override
  public void returnFromSearch() {
    asm.ret();
  }
}
