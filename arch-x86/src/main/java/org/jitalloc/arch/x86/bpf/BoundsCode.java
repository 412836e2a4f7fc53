package org.jitalloc.arch.x86.bpf;

import org.jitalloc.arch.bpf.BpfInsn;
import org.jitalloc.arch.support.asm.Label;
import org.jitalloc.arch.support.bpf.BoundsEmitter;
import org.jitalloc.arch.x86.asm.AluOp;
import org.jitalloc.arch.x86.asm.Assembler;
import org.jitalloc.arch.x86.asm.Cond;
import org.jitalloc.arch.x86.asm.Width;

/** The checks of addresses. */
final class BoundsCode implements BoundsEmitter {
  private final Assembler asm;

  BoundsCode(Assembler asm) {
    this.asm = asm;
  }

  @Override
  public void jumpIfOutside(BpfInsn insn, int start, int limit, Label target) {
    compare(insn, start, limit);
    asm.jump(Cond.AE, target);
  }

  @Override
  public void jumpIfInside(BpfInsn insn, int start, int limit, Label target) {
    compare(insn, start, limit);
    asm.jump(Cond.B, target);
  }

  private void compare(BpfInsn insn, int start, int limit) {
    asm.lea(Width.B8, BpfRegisters.SCRATCH, MemoryCode.operand(insn));
    asm.alu(AluOp.SUB, Width.B8, BpfRegisters.SCRATCH, ExitCode.field(start));
    asm.alu(AluOp.CMP, Width.B8, BpfRegisters.SCRATCH, ExitCode.field(limit));
  }

  @Override
  public void failingAddress(BpfInsn insn) {
    asm.lea(Width.B8, BpfRegisters.FAILING_ADDRESS, MemoryCode.operand(insn));
  }
}
