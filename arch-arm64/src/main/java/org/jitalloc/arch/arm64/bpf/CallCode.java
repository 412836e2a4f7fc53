package org.jitalloc.arch.arm64.bpf;

import org.jitalloc.arch.arm64.asm.AluOp;
import org.jitalloc.arch.arm64.asm.Assembler;
import org.jitalloc.arch.arm64.asm.Cond;
import org.jitalloc.arch.arm64.asm.Reg;
import org.jitalloc.arch.arm64.asm.Width;
import org.jitalloc.arch.bpf.BpfFrame;
import org.jitalloc.arch.support.asm.Label;
import org.jitalloc.arch.support.bpf.CallEmitter;

/** Calls of functions of the program and of helpers. */
final class CallCode implements CallEmitter {
  /** The number register; if no helper is found, it is the failing address. */
  private static final Reg NUMBER = BpfRegisters.FAILING_ADDRESS;

  private final Assembler asm;
  private final ExitCode exits;

  CallCode(Assembler asm, ExitCode exits) {
    this.asm = asm;
    this.exits = exits;
  }

  @Override
  public void call(Label function) {
    asm.call(function);
  }

  @Override
  public void loadHelper(long address) {
    asm.movImm(BpfRegisters.HELPER, address);
  }

  @Override
  public void jumpIfStackLow(Label target) {
    exits.loadField(BpfRegisters.SCRATCH2, BpfFrame.STACK_FLOOR);
    asm.movSp(BpfRegisters.SCRATCH, Reg.SP);
    asm.alu(AluOp.SUBS, Width.B8, Reg.ZR, BpfRegisters.SCRATCH, BpfRegisters.SCRATCH2);
    asm.jump(Cond.LO, target);
  }

  @Override
  public void callHelper() {
    asm.call(BpfRegisters.HELPER);
    asm.mov(Width.B8, BpfRegisters.of(0), BpfRegisters.C_RESULT);
  }

  @Override
  public void jumpIfEnded(Label target) {
    exits.loadField(BpfRegisters.SCRATCH, BpfFrame.STATUS);
    asm.jumpIfNotZero(Width.B8, BpfRegisters.SCRATCH, target);
  }

  @Override
  public void loadNumber(int register) {
    asm.mov(Width.B8, NUMBER, BpfRegisters.of(register));
  }

  @Override
  public void jumpIfNoHelper(Label target) {
    asm.jumpIfZero(Width.B8, BpfRegisters.HELPER, target);
  }

  @Override
  public void jumpIfOther(int number, Label target) {
    asm.alu(AluOp.SUBS, Width.B8, Reg.ZR, NUMBER, number, BpfRegisters.CONSTANT);
    asm.jump(Cond.NE, target);
  }

  @Override
  public void jumpIfLower(Label target) {
    asm.jump(Cond.LT, target);
  }

  @Override
  public void returnFromSearch() {
    asm.ret();
  }
}
