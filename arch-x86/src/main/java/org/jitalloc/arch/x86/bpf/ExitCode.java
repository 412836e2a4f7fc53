package org.jitalloc.arch.x86.bpf;

import org.jitalloc.arch.bpf.BpfFrame;
import org.jitalloc.arch.support.asm.Label;
import org.jitalloc.arch.support.bpf.ExitEmitter;
import org.jitalloc.arch.x86.asm.AluOp;
import org.jitalloc.arch.x86.asm.Assembler;
import org.jitalloc.arch.x86.asm.Cond;
import org.jitalloc.arch.x86.asm.Mem;
import org.jitalloc.arch.x86.asm.Reg;
import org.jitalloc.arch.x86.asm.Width;

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
    asm.store(Width.B8, field(BpfFrame.ADDRESS), BpfRegisters.FAILING_ADDRESS);
    asm.store(Width.B8, field(BpfFrame.INSN), BpfRegisters.FAILING_INSN);
    asm.storeImm(Width.B8, field(BpfFrame.STATUS), (int) status);
    asm.movImm(BpfRegisters.of(0), 0);
  }

  /**
   * One load and one branch, fused: the address of the frame is positive and less than a request.
   */
  @Override
  public void jumpIfStopRequested(Label target) {
    asm.alu(AluOp.CMP, Width.B8, BpfRegisters.FRAME, field(BpfFrame.STOP));
    asm.jump(Cond.L, target);
  }

  @Override
  public void countStep(Label target) {
    asm.alu(AluOp.SUB, Width.B8, field(BpfFrame.STEPS), 1);
    asm.jump(Cond.L, target);
  }

  @Override
  public void loadResult() {
    asm.load(Width.B8, BpfRegisters.of(0), field(BpfFrame.RESULT));
  }

  @Override
  public void restoreStack() {
    asm.load(Width.B8, Reg.RSP, field(BpfFrame.SAVED_SP));
  }

  static Mem field(int offset) {
    return Mem.at(BpfRegisters.FRAME, offset);
  }
}
