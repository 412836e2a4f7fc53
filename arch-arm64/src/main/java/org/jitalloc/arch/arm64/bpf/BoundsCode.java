package org.jitalloc.arch.arm64.bpf;

import org.jitalloc.arch.arm64.asm.AluOp;
import org.jitalloc.arch.arm64.asm.Assembler;
import org.jitalloc.arch.arm64.asm.Cond;
import org.jitalloc.arch.arm64.asm.Reg;
import org.jitalloc.arch.arm64.asm.Width;
import org.jitalloc.arch.bpf.BpfInsn;
import org.jitalloc.arch.support.asm.Label;
import org.jitalloc.arch.support.bpf.BoundsEmitter;

/** The checks of addresses. */
final class BoundsCode implements BoundsEmitter {
  private final Assembler asm;
  private final MemoryCode memory;
  private final ExitCode exits;

  BoundsCode(Assembler asm, MemoryCode memory, ExitCode exits) {
    this.asm = asm;
    this.memory = memory;
    this.exits = exits;
  }

  @Override
  public void jumpIfOutside(BpfInsn insn, int start, int limit, Label target) {
    compare(insn, start, limit);
    asm.jump(Cond.HS, target);
  }

  @Override
  public void jumpIfInside(BpfInsn insn, int start, int limit, Label target) {
    compare(insn, start, limit);
    asm.jump(Cond.LO, target);
  }

  private void compare(BpfInsn insn, int start, int limit) {
    exits.loadField(BpfRegisters.SCRATCH2, start);
    exits.loadField(BpfRegisters.SCRATCH3, limit);
    var address = memory.address(insn, BpfRegisters.SCRATCH);
    asm.alu(AluOp.SUB, Width.B8, BpfRegisters.SCRATCH, address, BpfRegisters.SCRATCH2);
    asm.alu(AluOp.SUBS, Width.B8, Reg.ZR, BpfRegisters.SCRATCH, BpfRegisters.SCRATCH3);
  }

  @Override
  public void failingAddress(BpfInsn insn) {
    var address = memory.address(insn, BpfRegisters.FAILING_ADDRESS);
    if (address != BpfRegisters.FAILING_ADDRESS) {
      asm.mov(Width.B8, BpfRegisters.FAILING_ADDRESS, address);
    }
  }
}
