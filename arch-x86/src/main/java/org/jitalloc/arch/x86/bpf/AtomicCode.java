package org.jitalloc.arch.x86.bpf;

import org.jitalloc.arch.bpf.BpfInsn;
import org.jitalloc.arch.bpf.BpfOp;
import org.jitalloc.arch.support.asm.Label;
import org.jitalloc.arch.support.bpf.AtomicEmitter;
import org.jitalloc.arch.support.bpf.Translation;
import org.jitalloc.arch.x86.asm.AluOp;
import org.jitalloc.arch.x86.asm.Assembler;
import org.jitalloc.arch.x86.asm.Cond;
import org.jitalloc.arch.x86.asm.Mem;
import org.jitalloc.arch.x86.asm.Reg;
import org.jitalloc.arch.x86.asm.Width;
import org.jspecify.annotations.Nullable;

/** Atomic operations on memory. */
final class AtomicCode implements AtomicEmitter {
  private final Assembler asm;

  AtomicCode(Assembler asm) {
    this.asm = asm;
  }

  @Override
  public void atomic(BpfInsn insn, @Nullable Label misaligned) {
    var at = MemoryCode.operand(insn);
    var src = BpfRegisters.of(insn.src());
    var width = MemoryCode.width(insn);
    if (misaligned != null) {
      refuseMisaligned(at, BpfOp.accessBytes(insn), misaligned);
    }
    switch (insn.imm()) {
      case BpfOp.XCHG -> asm.xchg(width, at, src);
      case BpfOp.CMPXCHG -> {
        asm.lockCmpxchg(width, at, src);
        // If the values are equal, the processor does not change RAX, nor its upper half.
        if (width == Width.B4) {
          asm.mov(Width.B4, Reg.RAX, Reg.RAX);
        }
      }
      case BpfOp.ADD | BpfOp.FETCH -> asm.lockXadd(width, at, src);
      case BpfOp.ADD, BpfOp.OR, BpfOp.AND, BpfOp.XOR ->
          asm.lockAlu(AluCode.operation(insn.imm()), width, at, src);
      case BpfOp.OR | BpfOp.FETCH, BpfOp.AND | BpfOp.FETCH, BpfOp.XOR | BpfOp.FETCH ->
          fetch(AluCode.operation(insn.imm() & ~BpfOp.FETCH), width, at, src);
      default -> throw Translation.unknown(insn);
    }
  }

  /**
   * This processor supports misaligned atomics, slowly; others do not, and a program must behave
   * the same on all.
   */
  private void refuseMisaligned(Mem at, int bytes, Label misaligned) {
    asm.lea(Width.B8, BpfRegisters.SCRATCH2, at);
    asm.test(Width.B4, BpfRegisters.SCRATCH2, bytes - 1);
    asm.jump(Cond.NE, misaligned);
  }

  /**
   * The processor has no such operation that returns the old value: a compare-and-exchange loop.
   */
  private void fetch(AluOp op, Width width, Mem at, Reg src) {
    var again = new Label();
    var place = Mem.at(BpfRegisters.SCRATCH2, 0);
    asm.lea(Width.B8, BpfRegisters.SCRATCH2, at);
    asm.mov(Width.B8, BpfRegisters.SCRATCH, Reg.RAX);
    asm.load(width, Reg.RAX, place);
    asm.bind(again);
    asm.mov(Width.B8, BpfRegisters.SCRATCH3, Reg.RAX);
    asm.alu(op, width, BpfRegisters.SCRATCH3, src == Reg.RAX ? BpfRegisters.SCRATCH : src);
    asm.lockCmpxchg(width, place, BpfRegisters.SCRATCH3);
    asm.jump(Cond.NE, again);
    if (src == Reg.RAX) {
      return;
    }
    asm.mov(width, src, Reg.RAX);
    asm.mov(Width.B8, Reg.RAX, BpfRegisters.SCRATCH);
  }
}
