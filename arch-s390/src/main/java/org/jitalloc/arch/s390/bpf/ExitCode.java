package org.jitalloc.arch.s390.bpf;

import org.jitalloc.arch.bpf.BpfFrame;
import org.jitalloc.arch.s390.asm.Assembler;
import org.jitalloc.arch.s390.asm.Cond;
import org.jitalloc.arch.s390.asm.HalfOp;
import org.jitalloc.arch.s390.asm.Mem;
import org.jitalloc.arch.s390.asm.MemOp;
import org.jitalloc.arch.support.asm.Label;
import org.jitalloc.arch.support.bpf.ExitEmitter;

/** How a program ends before its EXIT. */
final class ExitCode implements ExitEmitter {
  private final Assembler asm;

  ExitCode(Assembler asm) {
    this.asm = asm;
  }

  @Override
  public void failingInsn(int index) {
    asm.constant(BpfRegisters.FAILING_INSN, index);
  }

  @Override
  public void fail(long status) {
    asm.mem(MemOp.STG, BpfRegisters.FAILING_ADDRESS, field(BpfFrame.ADDRESS));
    asm.mem(MemOp.STG, BpfRegisters.FAILING_INSN, field(BpfFrame.INSN));
    asm.constant(BpfRegisters.SCRATCH, status);
    asm.mem(MemOp.STG, BpfRegisters.SCRATCH, field(BpfFrame.STATUS));
    asm.constant(BpfRegisters.RESULT, 0);
  }

  @Override
  public void jumpIfStopRequested(Label target) {
    asm.mem(MemOp.LTG, BpfRegisters.SCRATCH, field(BpfFrame.STOP));
    asm.jump(Cond.HIGH, target);
  }

  @Override
  public void countStep(Label target) {
    asm.mem(MemOp.LG, BpfRegisters.SCRATCH, field(BpfFrame.STEPS));
    asm.half(HalfOp.AGHI, BpfRegisters.SCRATCH, -1);
    asm.mem(MemOp.STG, BpfRegisters.SCRATCH, field(BpfFrame.STEPS));
    asm.jump(Cond.LOW, target);
  }

  @Override
  public void loadResult() {
    asm.mem(MemOp.LG, BpfRegisters.RESULT, field(BpfFrame.RESULT));
  }

  @Override
  public void restoreStack() {
    asm.mem(MemOp.LG, BpfRegisters.MACHINE_STACK, field(BpfFrame.SAVED_SP));
  }

  static Mem field(int offset) {
    return Mem.at(BpfRegisters.FRAME, offset);
  }
}
