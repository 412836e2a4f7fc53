package org.jitalloc.arch.s390.bpf;

import java.nio.ByteOrder;
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
   * The machine's atomic operations work on big-endian numbers. For little-endian numbers,
   * operations without carries work on reversed operands; an addition is a compare-and-swap loop,
   * and so is each operation without an instruction. (There is no exchange.) SCRATCH is the old
   * value in memory, SCRATCH0 the new one; the register of the old value is written last, because
   * it may be the base of the address.
   */
  private final Assembler asm;
  private final boolean little;
  private final boolean interlocked;

  AtomicCode(Assembler asm, Facilities facilities, ByteOrder order) {
    this.asm = asm;
    interlocked = facilities.interlocked();
    little = order == ByteOrder.LITTLE_ENDIAN;
  }

  @Override
  public void atomic(BpfInsn insn, @Nullable Label misaligned) {
    var at = MemoryCode.operand(insn);
    int bytes = BpfOp.accessBytes(insn);
    boolean wide = bytes == Long.BYTES;
    if (misaligned != null) {
      asm.address(BpfRegisters.SCRATCH, at);
      asm.half(HalfOp.TMLL, BpfRegisters.SCRATCH, bytes - 1);
      asm.jump(Cond.NOT_EQUAL, misaligned);
    }
    var src = BpfRegisters.of(insn.src());
    if (insn.imm() == BpfOp.CMPXCHG) {
      exchangeIfEqual(wide, at, src);
    } else if (interlocked && isOneInstruction(insn.imm())) {
      changeAtOnce(insn, wide, at, src);
    } else {
      changeInALoop(insn, wide, at, src);
    }
  }

  private boolean isOneInstruction(int imm) {
    return switch (imm & ~BpfOp.FETCH) {
      case BpfOp.OR, BpfOp.AND, BpfOp.XOR -> true;
      case BpfOp.ADD -> !little;
      default -> false;
    };
  }

  private void exchangeIfEqual(boolean wide, Mem at, Reg replacement) {
    ordered(wide, BpfRegisters.SCRATCH, BpfRegisters.RESULT);
    ordered(wide, BpfRegisters.SCRATCH0, replacement);
    swap(wide, at);
    fetched(wide, BpfRegisters.RESULT);
  }

  private void changeAtOnce(BpfInsn insn, boolean wide, Mem at, Reg operand) {
    var op =
        switch (insn.imm() & ~BpfOp.FETCH) {
          case BpfOp.ADD -> wide ? PairOp.LAAG : PairOp.LAA;
          case BpfOp.OR -> wide ? PairOp.LAOG : PairOp.LAO;
          case BpfOp.AND -> wide ? PairOp.LANG : PairOp.LAN;
          default -> wide ? PairOp.LAXG : PairOp.LAX;
        };
    if (little) {
      ordered(wide, BpfRegisters.SCRATCH0, operand);
    }
    asm.pair(op, BpfRegisters.SCRATCH, little ? BpfRegisters.SCRATCH0 : operand, at);
    if ((insn.imm() & BpfOp.FETCH) != 0) {
      fetched(wide, operand);
    }
  }

  private void changeInALoop(BpfInsn insn, boolean wide, Mem at, Reg operand) {
    var again = new Label();
    asm.mem(wide ? MemOp.LG : MemOp.LY, BpfRegisters.SCRATCH, at);
    asm.bind(again);
    if (insn.imm() == BpfOp.XCHG) {
      ordered(wide, BpfRegisters.SCRATCH0, operand);
    } else {
      ordered(wide, BpfRegisters.SCRATCH0, BpfRegisters.SCRATCH);
      asm.reg(operation(insn), BpfRegisters.SCRATCH0, operand);
      if (little) {
        ordered(wide, BpfRegisters.SCRATCH0, BpfRegisters.SCRATCH0);
      }
    }
    swap(wide, at);
    asm.jump(Cond.NOT_EQUAL, again);
    if ((insn.imm() & BpfOp.FETCH) != 0) {
      fetched(wide, operand);
    }
  }

  /** {@return the operation; with 4 bytes, the upper half of the result is not used} */
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
    asm.pair(wide ? PairOp.CSG : PairOp.CSY, BpfRegisters.SCRATCH, BpfRegisters.SCRATCH0, at);
  }

  /** Converts a number between the byte orders of the program and the machine. */
  private void ordered(boolean wide, Reg to, Reg from) {
    if (little) {
      asm.reg(wide ? RegOp.LRVGR : RegOp.LRVR, to, from);
    } else {
      asm.reg(wide ? RegOp.LGR : RegOp.LR, to, from);
    }
  }

  private void fetched(boolean wide, Reg to) {
    ordered(wide, to, BpfRegisters.SCRATCH);
    if (!wide) {
      asm.reg(RegOp.LLGFR, to, to);
    }
  }
}
