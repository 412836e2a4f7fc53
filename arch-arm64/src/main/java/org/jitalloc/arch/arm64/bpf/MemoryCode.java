package org.jitalloc.arch.arm64.bpf;

import org.jitalloc.arch.arm64.asm.AluOp;
import org.jitalloc.arch.arm64.asm.Assembler;
import org.jitalloc.arch.arm64.asm.Mem;
import org.jitalloc.arch.arm64.asm.Reg;
import org.jitalloc.arch.arm64.asm.Width;
import org.jitalloc.arch.bpf.BpfInsn;
import org.jitalloc.arch.bpf.BpfOp;
import org.jitalloc.arch.support.bpf.MemoryEmitter;

/** Loads and stores. */
final class MemoryCode implements MemoryEmitter {
  private final Assembler asm;

  MemoryCode(Assembler asm) {
    this.asm = asm;
  }

  static Width width(BpfInsn insn) {
    return Width.ofBytes(BpfOp.accessBytes(insn));
  }

  private static Reg base(BpfInsn insn) {
    return BpfRegisters.of(BpfOp.base(insn));
  }

  private static Mem operand(BpfInsn insn) {
    return Mem.at(base(insn), insn.offset());
  }

  @Override
  public void load(BpfInsn insn) {
    var t = BpfRegisters.of(insn.dst());
    if (BpfOp.mode(insn) == BpfOp.MEMSX) {
      asm.loadSigned(width(insn), t, operand(insn), BpfRegisters.CONSTANT);
    } else {
      asm.load(width(insn), t, operand(insn), BpfRegisters.CONSTANT);
    }
  }

  @Override
  public void store(BpfInsn insn) {
    asm.store(width(insn), BpfRegisters.of(insn.src()), operand(insn), BpfRegisters.CONSTANT);
  }

  @Override
  public void storeConstant(BpfInsn insn) {
    var value = Reg.ZR;
    if (insn.imm() != 0) {
      value = BpfRegisters.SCRATCH3;
      asm.movImm(value, insn.imm());
    }
    asm.store(width(insn), value, operand(insn), BpfRegisters.CONSTANT);
  }

  /**
   * {@return the register with the address of an access: its base, or the scratch register with the
   * computed address}
   */
  Reg address(BpfInsn insn, Reg scratch) {
    if (insn.offset() == 0) {
      return base(insn);
    }
    asm.alu(AluOp.ADD, Width.B8, scratch, base(insn), insn.offset(), BpfRegisters.CONSTANT);
    return scratch;
  }
}
