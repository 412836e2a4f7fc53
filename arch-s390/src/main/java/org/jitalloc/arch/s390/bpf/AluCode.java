package org.jitalloc.arch.s390.bpf;

import org.jitalloc.arch.bpf.BpfInsn;
import org.jitalloc.arch.bpf.BpfOp;
import org.jitalloc.arch.s390.asm.Assembler;
import org.jitalloc.arch.s390.asm.HalfOp;
import org.jitalloc.arch.s390.asm.Mem;
import org.jitalloc.arch.s390.asm.PairOp;
import org.jitalloc.arch.s390.asm.Reg;
import org.jitalloc.arch.s390.asm.RegOp;
import org.jitalloc.arch.s390.asm.ShiftOp;
import org.jitalloc.arch.support.bpf.AluEmitter;
import org.jitalloc.arch.support.bpf.Translation;

/** Arithmetic except divisions. */
final class AluCode implements AluEmitter {
  /*
   * An operation on four bytes does not change the upper half of its register. BPF clears it, so
   * each is followed by an instruction that does.
   */
  private static final int LAST_BIT = 63;
  private static final int BITS_32 = 31;
  private static final int BITS_64 = 63;

  private final Assembler asm;
  private final Facilities facilities;
  private final ConstantCode constants;
  private final DivisionCode divisions;

  AluCode(Translation to, Assembler asm, Facilities facilities) {
    this.asm = asm;
    this.facilities = facilities;
    constants = new ConstantCode(asm, facilities);
    divisions = new DivisionCode(to, asm);
  }

  private static boolean isWide(BpfInsn insn) {
    return insn.insnClass() == BpfOp.ALU64;
  }

  private void clearUpper(boolean wide, Reg dst) {
    if (!wide) {
      asm.reg(RegOp.LLGFR, dst, dst);
    }
  }

  @Override
  public void constant(int register, long value) {
    asm.constant(BpfRegisters.of(register), value);
  }

  @Override
  public void binary(BpfInsn insn) {
    boolean wide = isWide(insn);
    var dst = BpfRegisters.of(insn.dst());
    if (BpfOp.isX(insn)) {
      asm.reg(operation(BpfOp.code(insn), wide), dst, BpfRegisters.of(insn.src()));
      clearUpper(wide, dst);
    } else {
      constants.emit(BpfOp.code(insn), wide, dst, insn.imm());
    }
  }

  private static RegOp operation(int code, boolean wide) {
    return switch (code) {
      case BpfOp.ADD -> wide ? RegOp.AGR : RegOp.AR;
      case BpfOp.SUB -> wide ? RegOp.SGR : RegOp.SR;
      case BpfOp.MUL -> wide ? RegOp.MSGR : RegOp.MSR;
      case BpfOp.OR -> wide ? RegOp.OGR : RegOp.OR;
      case BpfOp.AND -> wide ? RegOp.NGR : RegOp.NR;
      default -> wide ? RegOp.XGR : RegOp.XR;
    };
  }

  @Override
  public void sum(boolean wide, int dst, int first, int second) {
    var sum = BpfRegisters.of(dst);
    asm.address(sum, BpfRegisters.of(first), BpfRegisters.of(second), 0);
    clearUpper(wide, sum);
  }

  @Override
  public void sumConstant(boolean wide, int dst, int src, int value) {
    var sum = BpfRegisters.of(dst);
    if (Mem.reaches(value)) {
      asm.address(sum, Mem.at(BpfRegisters.of(src), value));
      clearUpper(wide, sum);
    } else {
      asm.reg(RegOp.LGR, sum, BpfRegisters.of(src));
      constants.emit(BpfOp.ADD, wide, sum, value);
    }
  }

  @Override
  public void rotate(boolean wide, int dst, int src, int left) {
    var result = BpfRegisters.of(dst);
    asm.shift(wide ? PairOp.RLLG : PairOp.RLL, result, BpfRegisters.of(src), left);
    clearUpper(wide, result);
  }

  @Override
  public void divide(int index, BpfInsn insn) {
    divisions.emit(insn, isWide(insn));
  }

  @Override
  public void shift(int index, BpfInsn insn) {
    int code = BpfOp.code(insn);
    boolean wide = isWide(insn);
    var dst = BpfRegisters.of(insn.dst());
    var count = BpfRegisters.of(insn.src());
    if (!BpfOp.isX(insn)) {
      shift(code, wide, dst, insn.imm() & (wide ? BITS_64 : BITS_32));
    } else if (wide) {
      asm.pair(shift64(code), dst, dst, Mem.at(count, 0));
    } else {
      // The machine uses six bits of the count for both widths.
      asm.reg(RegOp.LR, BpfRegisters.SCRATCH, count);
      asm.half(HalfOp.NILL, BpfRegisters.SCRATCH, BITS_32);
      asm.shiftBy(shift32(code), dst, BpfRegisters.SCRATCH);
      clearUpper(false, dst);
    }
  }

  private void shift(int code, boolean wide, Reg dst, int count) {
    if (count == 0) {
      clearUpper(wide, dst);
    } else if (wide) {
      asm.shift(shift64(code), dst, dst, count);
    } else if (!facilities.general() || code == BpfOp.ARSH) {
      asm.shift(shift32(code), dst, count);
      clearUpper(false, dst);
    } else if (code == BpfOp.LSH) {
      asm.select(dst, dst, Integer.SIZE, LAST_BIT - count, count);
    } else {
      asm.select(dst, dst, Integer.SIZE + count, LAST_BIT, Long.SIZE - count);
    }
  }

  private static PairOp shift64(int code) {
    return switch (code) {
      case BpfOp.LSH -> PairOp.SLLG;
      case BpfOp.RSH -> PairOp.SRLG;
      default -> PairOp.SRAG;
    };
  }

  private static ShiftOp shift32(int code) {
    return switch (code) {
      case BpfOp.LSH -> ShiftOp.SLL;
      case BpfOp.RSH -> ShiftOp.SRL;
      default -> ShiftOp.SRA;
    };
  }

  @Override
  public void negate(BpfInsn insn) {
    boolean wide = isWide(insn);
    var dst = BpfRegisters.of(insn.dst());
    asm.reg(wide ? RegOp.LCGR : RegOp.LCR, dst, dst);
    clearUpper(wide, dst);
  }

  @Override
  public void move(BpfInsn insn) {
    var op = isWide(insn) ? RegOp.LGR : RegOp.LLGFR;
    asm.reg(op, BpfRegisters.of(insn.dst()), BpfRegisters.of(insn.src()));
  }

  @Override
  public void signExtend(BpfInsn insn) {
    var dst = BpfRegisters.of(insn.dst());
    var op =
        switch (insn.offset()) {
          case Byte.SIZE -> RegOp.LGBR;
          case Short.SIZE -> RegOp.LGHR;
          default -> RegOp.LGFR;
        };
    asm.reg(op, dst, BpfRegisters.of(insn.src()));
    clearUpper(isWide(insn), dst);
  }

  @Override
  public void truncate(int register, int bits) {
    var reg = BpfRegisters.of(register);
    asm.reg(bits == Short.SIZE ? RegOp.LLGHR : RegOp.LLGFR, reg, reg);
  }

  @Override
  public void reverse(int register, int bits) {
    var reg = BpfRegisters.of(register);
    int unused = Long.SIZE - bits;
    asm.reg(RegOp.LRVGR, reg, reg);
    if (unused != 0) {
      asm.shift(PairOp.SRLG, reg, reg, unused);
    }
  }
}
