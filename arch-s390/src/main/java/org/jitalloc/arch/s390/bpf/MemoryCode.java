package org.jitalloc.arch.s390.bpf;

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
   * The program's memory is little-endian and this machine is not, so all but bytes goes through the loads and stores that
   * reverse them. These leave the rest of the register alone; it is extended afterwards. The BpfFrame is in the
   * machine's byte order, hence plain loads elsewhere.
   */
  private final Assembler asm;

  MemoryCode(Assembler asm) {
    this.asm = asm;
  }

  /** The memory that an instruction accesses. */
  static Mem operand(BpfInsn insn) {
    return Mem.at(Registers.of(BpfOp.base(insn)), insn.offset());
  }

  @Override
  public void load(BpfInsn insn) {
    var dst = Registers.of(insn.dst());
    var from = operand(insn);
    boolean signed = BpfOp.mode(insn) == BpfOp.MEMSX;
    switch (BpfOp.accessBytes(insn)) {
      case 1 -> asm.mem(signed ? MemOp.LGB : MemOp.LLGC, dst, from);
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
    store(insn, Registers.of(insn.src()));
  }

  @Override
  public void storeConstant(BpfInsn insn) {
    asm.constant(Registers.SCRATCH0, insn.imm());
    store(insn, Registers.SCRATCH0);
  }

  private void store(BpfInsn insn, Reg value) {
    var op =
        switch (BpfOp.accessBytes(insn)) {
          case 1 -> MemOp.STCY;
          case 2 -> MemOp.STRVH;
          case 4 -> MemOp.STRV;
          default -> MemOp.STRVG;
        };
    asm.mem(op, value, operand(insn));
  }
}
