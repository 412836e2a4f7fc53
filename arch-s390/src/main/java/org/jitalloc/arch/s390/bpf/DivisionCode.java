package org.jitalloc.arch.s390.bpf;

import org.jitalloc.arch.bpf.BpfInsn;
import org.jitalloc.arch.bpf.BpfOp;
import org.jitalloc.arch.s390.asm.Assembler;
import org.jitalloc.arch.s390.asm.Cond;
import org.jitalloc.arch.s390.asm.HalfOp;
import org.jitalloc.arch.s390.asm.PairOp;
import org.jitalloc.arch.s390.asm.Reg;
import org.jitalloc.arch.s390.asm.RegOp;
import org.jitalloc.arch.s390.asm.WordOp;
import org.jitalloc.arch.support.asm.Label;
import org.jitalloc.arch.support.bpf.Translation;

/** Divisions and remainders. */
final class DivisionCode {
  /*
   * The machine divides the pair R0 and R1; the remainder is in R0, the quotient in R1. It traps on
   * a divisor of 0 and if the quotient does not fit; BPF defines both. 0 is tested, and -1 in
   * signed divisions of 64 bits; in those of 32 bits the dividend is extended to 64 bits, so every
   * quotient fits and is truncated afterwards. Constant divisors need no tests, and unsigned powers
   * of two are shifts and masks.
   */
  private final Translation to;
  private final Assembler asm;

  DivisionCode(Translation to, Assembler asm) {
    this.to = to;
    this.asm = asm;
  }

  private record Division(boolean wide, Reg dst, boolean modulo, boolean signed) {}

  void emit(BpfInsn insn, boolean wide) {
    boolean modulo = BpfOp.code(insn) == BpfOp.MOD;
    var division = new Division(wide, BpfRegisters.of(insn.dst()), modulo, insn.offset() != 0);
    if (BpfOp.isX(insn)) {
      byRegister(division, BpfRegisters.of(insn.src()));
    } else {
      byConstant(division, insn.imm());
    }
  }

  private void byRegister(Division d, Reg divisor) {
    var zero = new Label();
    var minusOne = new Label();
    var done = new Label();
    asm.reg(d.wide ? RegOp.LTGR : RegOp.LTR, BpfRegisters.SCRATCH0, divisor);
    asm.jump(Cond.EQUAL, zero);
    boolean overflows = d.wide && d.signed;
    if (overflows) {
      asm.half(HalfOp.CGHI, BpfRegisters.SCRATCH0, -1);
      asm.jump(Cond.EQUAL, minusOne);
    }
    divide(d, divisor);
    asm.bind(done);
    to.outOfLine(
        () -> {
          asm.bind(zero);
          byZero(d);
          asm.jump(done);
          if (!overflows) {
            return;
          }
          asm.bind(minusOne);
          byMinusOne(d);
          asm.jump(done);
        });
  }

  private void byConstant(Division d, int value) {
    long divisor = d.wide || d.signed ? value : value & 0xffffffffL;
    if (divisor == 0) {
      byZero(d);
    } else if (divisor == -1 && d.signed && d.wide) {
      byMinusOne(d);
    } else if (!d.signed && divisor > 0 && Long.bitCount(divisor) == 1) {
      byPowerOfTwo(d, divisor);
    } else {
      asm.constant(BpfRegisters.LINK, divisor);
      divide(d, BpfRegisters.LINK);
    }
  }

  private void byZero(Division d) {
    if (!d.modulo) {
      asm.constant(d.dst, 0);
    } else if (!d.wide) {
      asm.reg(RegOp.LLGFR, d.dst, d.dst);
    }
  }

  private void byMinusOne(Division d) {
    if (d.modulo) {
      asm.constant(d.dst, 0);
    } else {
      asm.reg(RegOp.LCGR, d.dst, d.dst);
    }
  }

  private void byPowerOfTwo(Division d, long divisor) {
    if (d.modulo) {
      asm.word(WordOp.NILF, d.dst, (int) (divisor - 1));
      asm.reg(RegOp.LLGFR, d.dst, d.dst);
    } else {
      if (!d.wide) {
        asm.reg(RegOp.LLGFR, d.dst, d.dst);
      }
      asm.shift(PairOp.SRLG, d.dst, d.dst, Long.numberOfTrailingZeros(divisor));
    }
  }

  private void divide(Division d, Reg divisor) {
    if (d.signed) {
      asm.reg(d.wide ? RegOp.LGR : RegOp.LGFR, BpfRegisters.SCRATCH, d.dst);
      asm.reg(d.wide ? RegOp.DSGR : RegOp.DSGFR, BpfRegisters.SCRATCH0, divisor);
    } else {
      asm.half(HalfOp.LGHI, BpfRegisters.SCRATCH0, 0);
      asm.reg(RegOp.LGR, BpfRegisters.SCRATCH, d.dst);
      asm.reg(d.wide ? RegOp.DLGR : RegOp.DLR, BpfRegisters.SCRATCH0, divisor);
    }
    var result = d.modulo ? BpfRegisters.SCRATCH0 : BpfRegisters.SCRATCH;
    asm.reg(d.wide ? RegOp.LGR : RegOp.LLGFR, d.dst, result);
  }
}
