package org.jitalloc.arch.s390.bpf;

import org.jitalloc.arch.bpf.BpfInsn;
import org.jitalloc.arch.s390.asm.Assembler;
import org.jitalloc.arch.s390.asm.Cond;
import org.jitalloc.arch.s390.asm.MemOp;
import org.jitalloc.arch.support.asm.Label;
import org.jitalloc.arch.support.bpf.BoundsEmitter;

/** The checks of addresses. */
final class BoundsCode implements BoundsEmitter {
  private final Assembler asm;

  BoundsCode(Assembler asm) {
    this.asm = asm;
  }

  @Override
  public void jumpIfOutside(BpfInsn insn, int start, int limit, Label target) {
    compare(insn, start, limit);
    asm.jump(Cond.NOT_LOW, target);
  }

  @Override
  public void jumpIfInside(BpfInsn insn, int start, int limit, Label target) {
    compare(insn, start, limit);
    asm.jump(Cond.LOW, target);
  }

  private void compare(BpfInsn insn, int start, int limit) {
    asm.address(BpfRegisters.SCRATCH, MemoryCode.operand(insn));
    asm.mem(MemOp.SG, BpfRegisters.SCRATCH, ExitCode.field(start));
    asm.mem(MemOp.CLG, BpfRegisters.SCRATCH, ExitCode.field(limit));
  }

  @Override
  public void failingAddress(BpfInsn insn) {
    asm.address(BpfRegisters.FAILING_ADDRESS, MemoryCode.operand(insn));
  }
}
