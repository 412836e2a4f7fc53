package org.jitalloc.arch.arm64.bpf;

import org.jitalloc.arch.arm64.asm.AluOp;
import org.jitalloc.arch.arm64.asm.Assembler;
import org.jitalloc.arch.arm64.asm.Cond;
import org.jitalloc.arch.arm64.asm.Mem;
import org.jitalloc.arch.arm64.asm.Reg;
import org.jitalloc.arch.arm64.asm.Width;
import org.jitalloc.arch.bpf.BpfFrame;
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
    asm.movImm(BpfRegisters.FAILING_INSN, index);
  }

  @Override
  public void fail(long status) {
    storeField(BpfRegisters.FAILING_ADDRESS, BpfFrame.ADDRESS);
    storeField(BpfRegisters.FAILING_INSN, BpfFrame.INSN);
    asm.movImm(BpfRegisters.SCRATCH, status);
    storeField(BpfRegisters.SCRATCH, BpfFrame.STATUS);
    asm.movImm(BpfRegisters.of(0), 0);
  }

  @Override
  public void jumpIfStopRequested(Label target) {
    loadField(BpfRegisters.SCRATCH, BpfFrame.STOP);
    asm.alu(AluOp.SUBS, Width.B8, Reg.ZR, BpfRegisters.SCRATCH, 0, BpfRegisters.CONSTANT);
    asm.jump(Cond.GT, target);
  }

  @Override
  public void countStep(Label target) {
    var left = BpfRegisters.SCRATCH;
    loadField(left, BpfFrame.STEPS);
    asm.alu(AluOp.SUBS, Width.B8, left, left, 1, BpfRegisters.CONSTANT);
    storeField(left, BpfFrame.STEPS);
    asm.jump(Cond.LT, target);
  }

  @Override
  public void loadResult() {
    loadField(BpfRegisters.of(0), BpfFrame.RESULT);
  }

  @Override
  public void restoreStack() {
    loadField(BpfRegisters.SCRATCH, BpfFrame.SAVED_SP);
    asm.movSp(Reg.SP, BpfRegisters.SCRATCH);
  }

  /** Loads a field of the BpfFrame. */
  void loadField(Reg t, int offset) {
    asm.load(Width.B8, t, Mem.at(BpfRegisters.FRAME, offset), BpfRegisters.CONSTANT);
  }

  private void storeField(Reg t, int offset) {
    asm.store(Width.B8, t, Mem.at(BpfRegisters.FRAME, offset), BpfRegisters.CONSTANT);
  }
}
