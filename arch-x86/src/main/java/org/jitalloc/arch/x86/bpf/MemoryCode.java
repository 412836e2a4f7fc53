package org.jitalloc.arch.x86.bpf;

import org.jitalloc.arch.bpf.BpfInsn;
import org.jitalloc.arch.bpf.BpfOp;
import org.jitalloc.arch.support.bpf.MemoryEmitter;
import org.jitalloc.arch.x86.asm.Assembler;
import org.jitalloc.arch.x86.asm.Mem;
import org.jitalloc.arch.x86.asm.Width;

/** Loads and stores. */
final class MemoryCode implements MemoryEmitter {
  private final Assembler asm;

  MemoryCode(Assembler asm) {
    this.asm = asm;
  }

  /** {@return the memory operand of an instruction} */
  static Mem operand(BpfInsn insn) {
    return Mem.at(BpfRegisters.of(BpfOp.base(insn)), insn.offset());
  }

  static Width width(BpfInsn insn) {
    return Width.ofBytes(BpfOp.accessBytes(insn));
  }

  @Override
  public void load(BpfInsn insn) {
    if (BpfOp.mode(insn) == BpfOp.MEMSX) {
      asm.loadSigned(width(insn), BpfRegisters.of(insn.dst()), operand(insn));
    } else {
      asm.load(width(insn), BpfRegisters.of(insn.dst()), operand(insn));
    }
  }

  @Override
  public void store(BpfInsn insn) {
    asm.store(width(insn), operand(insn), BpfRegisters.of(insn.src()));
  }

  @Override
  public void storeConstant(BpfInsn insn) {
    asm.storeImm(width(insn), operand(insn), insn.imm());
  }
}
