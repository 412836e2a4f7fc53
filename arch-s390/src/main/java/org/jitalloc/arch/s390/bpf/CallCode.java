package org.jitalloc.arch.s390.bpf;

import org.jitalloc.arch.bpf.BpfFrame;
import org.jitalloc.arch.s390.asm.Assembler;
import org.jitalloc.arch.s390.asm.Cond;
import org.jitalloc.arch.s390.asm.MemOp;
import org.jitalloc.arch.s390.asm.Reg;
import org.jitalloc.arch.s390.asm.RegOp;
import org.jitalloc.arch.s390.asm.WordOp;
import org.jitalloc.arch.support.asm.Label;
import org.jitalloc.arch.support.bpf.CallEmitter;

/** Calls of functions of the program and of helpers. */
final class CallCode implements CallEmitter {
  private static final Reg HELPER = BpfRegisters.SCRATCH;

  /** The number register; if no helper is found, it is the failing address. */
  private static final Reg NUMBER = BpfRegisters.FAILING_ADDRESS;

  private final Assembler asm;

  CallCode(Assembler asm) {
    this.asm = asm;
  }

  @Override
  public void call(Label function) {
    asm.call(BpfRegisters.LINK, function);
  }

  @Override
  public void loadHelper(long address) {
    asm.constant(HELPER, address);
  }

  @Override
  public void jumpIfStackLow(Label target) {
    asm.mem(MemOp.CLG, BpfRegisters.MACHINE_STACK, ExitCode.field(BpfFrame.STACK_FLOOR));
    asm.jump(Cond.LOW, target);
  }

  @Override
  public void callHelper() {
    asm.reg(RegOp.BASR, BpfRegisters.LINK, HELPER);
    asm.reg(RegOp.LGR, BpfRegisters.RESULT, BpfRegisters.C_RESULT);
  }

  @Override
  public void jumpIfEnded(Label target) {
    asm.mem(MemOp.LTG, BpfRegisters.SCRATCH, ExitCode.field(BpfFrame.STATUS));
    asm.jump(Cond.NOT_EQUAL, target);
  }

  @Override
  public void loadNumber(int register) {
    asm.reg(RegOp.LGR, NUMBER, BpfRegisters.of(register));
  }

  @Override
  public void jumpIfNoHelper(Label target) {
    asm.reg(RegOp.LTGR, HELPER, HELPER);
    asm.jump(Cond.EQUAL, target);
  }

  @Override
  public void jumpIfOther(int number, Label target) {
    asm.word(WordOp.CGFI, NUMBER, number);
    asm.jump(Cond.NOT_EQUAL, target);
  }

  @Override
  public void jumpIfLower(Label target) {
    asm.jump(Cond.LOW, target);
  }

  @Override
  public void returnFromSearch() {
    asm.jump(BpfRegisters.LINK);
  }
}
