package org.jitalloc.arch.s390.bpf;

import org.jitalloc.arch.bpf.BpfInsn;
import org.jitalloc.arch.bpf.BpfOp;
import org.jitalloc.arch.s390.asm.Assembler;
import org.jitalloc.arch.s390.asm.Cond;
import org.jitalloc.arch.s390.asm.HalfOp;
import org.jitalloc.arch.s390.asm.Mem;
import org.jitalloc.arch.s390.asm.MemOp;
import org.jitalloc.arch.s390.asm.PairOp;
import org.jitalloc.arch.s390.asm.Reg;
import org.jitalloc.arch.s390.asm.RegOp;
import org.jitalloc.arch.support.asm.Label;
import org.jitalloc.arch.support.bpf.AtomicEmitter;
import org.jitalloc.arch.support.bpf.Translation;
import org.jspecify.annotations.Nullable;

/** Atomic operations on memory. */
final class AtomicCode implements AtomicEmitter {
  /*
   * The operations on memory that the machine has work on big-endian numbers, the program's are little-endian. So all of
   * them are compare-and-swap of reversed bytes, in a loop until no one came in between. SCRATCH holds what is in memory,
   * SCRATCH0 what is to be there; the register of the old value is written last, it may be the base of the address.
   */
  private final Assembler asm;

  AtomicCode(Assembler asm) {
    this.asm = asm;
  }

  @Override
  public void atomic(BpfInsn insn, @Nullable Label misaligned) {
    var at = MemoryCode.operand(insn);
    int bytes = BpfOp.accessBytes(insn);
    boolean wide = bytes == Long.BYTES;
    if (misaligned != null) {
      asm.mem(MemOp.LAY, Registers.SCRATCH, at);
      asm.half(HalfOp.TMLL, Registers.SCRATCH, bytes - 1);
      asm.jump(Cond.NOT_EQUAL, misaligned);
    }
    var src = Registers.of(insn.src());
    if (insn.imm() == BpfOp.CMPXCHG) {
      exchangeIfEqual(wide, at, src);
    } else {
      update(insn, wide, at, src);
    }
  }

  private void exchangeIfEqual(boolean wide, Mem at, Reg replacement) {
    reverse(wide, Registers.SCRATCH, Registers.RESULT);
    reverse(wide, Registers.SCRATCH0, replacement);
    swap(wide, at);
    fetched(wide, Registers.RESULT);
  }

  private void update(BpfInsn insn, boolean wide, Mem at, Reg operand) {
    var again = new Label();
    boolean exchange = insn.imm() == BpfOp.XCHG;
    asm.mem(wide ? MemOp.LG : MemOp.LY, Registers.SCRATCH, at);
    asm.bind(again);
    if (exchange) {
      reverse(wide, Registers.SCRATCH0, operand);
    } else {
      reverse(wide, Registers.SCRATCH0, Registers.SCRATCH);
      asm.reg(operation(insn), Registers.SCRATCH0, operand);
      reverse(wide, Registers.SCRATCH0, Registers.SCRATCH0);
    }
    swap(wide, at);
    asm.jump(Cond.NOT_EQUAL, again);
    if ((insn.imm() & BpfOp.FETCH) != 0) fetched(wide, operand);
  }

  /** Of 4 bytes, the upper half of the result is never looked at. */
  private static RegOp operation(BpfInsn insn) {
    return switch (insn.imm() & ~BpfOp.FETCH) {
      case BpfOp.ADD -> RegOp.AGR;
      case BpfOp.OR -> RegOp.OGR;
      case BpfOp.AND -> RegOp.NGR;
      case BpfOp.XOR -> RegOp.XGR;
      default -> throw Translation.unknown(insn);
    };
  }

  private void swap(boolean wide, Mem at) {
    asm.pair(wide ? PairOp.CSG : PairOp.CSY, Registers.SCRATCH, Registers.SCRATCH0, at);
  }

  private void reverse(boolean wide, Reg to, Reg from) {
    asm.reg(wide ? RegOp.LRVGR : RegOp.LRVR, to, from);
  }

  private void fetched(boolean wide, Reg to) {
    reverse(wide, to, Registers.SCRATCH);
    if (!wide) asm.reg(RegOp.LLGFR, to, to);
  }
}
