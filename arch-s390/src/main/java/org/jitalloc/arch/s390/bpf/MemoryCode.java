package org.jitalloc.arch.s390.bpf;

import java.nio.ByteOrder;
import org.jitalloc.arch.bpf.BpfInsn;
import org.jitalloc.arch.bpf.BpfOp;
import org.jitalloc.arch.s390.asm.Assembler;
import org.jitalloc.arch.s390.asm.Mem;
import org.jitalloc.arch.s390.asm.MemOp;
import org.jitalloc.arch.s390.asm.Reg;
import org.jitalloc.arch.s390.asm.RegOp;
import org.jitalloc.arch.support.bpf.MemoryEmitter;

/** Loads and stores. */
final class MemoryCode implements MemoryEmitter {
  /*
   * Accesses to little-endian memory use loads and stores that reverse the bytes, except for single
   * bytes. The loads do not change the rest of the register, which is extended afterwards. The
   * BpfFrame is in the byte order of the machine.
   */
  private final Assembler asm;
  private final boolean little;

  MemoryCode(Assembler asm, ByteOrder order) {
    this.asm = asm;
    little = order == ByteOrder.LITTLE_ENDIAN;
  }

  /** {@return the memory operand of an instruction} */
  static Mem operand(BpfInsn insn) {
    return Mem.at(BpfRegisters.of(BpfOp.base(insn)), insn.offset());
  }

  @Override
  public void load(BpfInsn insn) {
    var dst = BpfRegisters.of(insn.dst());
    boolean signed = BpfOp.mode(insn) == BpfOp.MEMSX;
    int bytes = BpfOp.accessBytes(insn);
    if (little && bytes > 1) {
      loadReversed(dst, operand(insn), bytes, signed);
      return;
    }
    var op =
        switch (bytes) {
          case 1 -> signed ? MemOp.LGB : MemOp.LLGC;
          case 2 -> signed ? MemOp.LGH : MemOp.LLGH;
          case 4 -> signed ? MemOp.LGF : MemOp.LLGF;
          default -> MemOp.LG;
        };
    asm.mem(op, dst, operand(insn));
  }

  private void loadReversed(Reg dst, Mem from, int bytes, boolean signed) {
    switch (bytes) {
      case 2 -> {
        asm.mem(MemOp.LRVH, dst, from);
        asm.reg(signed ? RegOp.LGHR : RegOp.LLGHR, dst, dst);
      }
      case 4 -> {
        asm.mem(MemOp.LRV, dst, from);
        asm.reg(signed ? RegOp.LGFR : RegOp.LLGFR, dst, dst);
      }
      default -> asm.mem(MemOp.LRVG, dst, from);
    }
  }

  @Override
  public void store(BpfInsn insn) {
    store(insn, BpfRegisters.of(insn.src()));
  }

  @Override
  public void storeConstant(BpfInsn insn) {
    asm.constant(BpfRegisters.SCRATCH0, insn.imm());
    store(insn, BpfRegisters.SCRATCH0);
  }

  private void store(BpfInsn insn, Reg value) {
    var op =
        switch (BpfOp.accessBytes(insn)) {
          case 1 -> MemOp.STCY;
          case 2 -> little ? MemOp.STRVH : MemOp.STHY;
          case 4 -> little ? MemOp.STRV : MemOp.STY;
          default -> little ? MemOp.STRVG : MemOp.STG;
        };
    asm.mem(op, value, operand(insn));
  }
}
