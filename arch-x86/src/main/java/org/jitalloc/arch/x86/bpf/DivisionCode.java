package org.jitalloc.arch.x86.bpf;

import org.jitalloc.arch.bpf.BpfInsn;
import org.jitalloc.arch.bpf.BpfOp;
import org.jitalloc.arch.support.asm.Label;
import org.jitalloc.arch.support.bpf.RegisterSet;
import org.jitalloc.arch.support.bpf.Translation;
import org.jitalloc.arch.x86.asm.AluOp;
import org.jitalloc.arch.x86.asm.Assembler;
import org.jitalloc.arch.x86.asm.Cond;
import org.jitalloc.arch.x86.asm.Mem;
import org.jitalloc.arch.x86.asm.Reg;
import org.jitalloc.arch.x86.asm.ShiftOp;
import org.jitalloc.arch.x86.asm.UnaryOp;
import org.jitalloc.arch.x86.asm.Width;

/** Divisions and remainders. */
final class DivisionCode {
  /*
   * The processor divides RDX:RAX, and traps on a divisor of 0 and on the least number by -1; BPF
   * defines both. One test is in line, and the special cases are out of line: for signed division
   * one comparison finds 0 and -1 (divisor + 1 is 1 or 0). RAX and RDX are r0 and r3; each is saved
   * only if it is live.
   * Constants: powers of two by shift or mask, other unsigned 32-bit constants by their reciprocal.
   */
  private static final int UNSIGNED = 0;

  private final Translation to;
  private final Assembler asm;

  DivisionCode(Translation to, Assembler asm) {
    this.to = to;
    this.asm = asm;
  }

  void emit(int index, BpfInsn insn, Width width) {
    boolean modulo = BpfOp.code(insn) == BpfOp.MOD;
    boolean signed = insn.offset() != UNSIGNED;
    var division = new Division(index, width, BpfRegisters.of(insn.dst()), modulo, signed);
    if (BpfOp.isX(insn)) {
      byRegister(division, BpfRegisters.of(insn.src()));
    } else if (insn.imm() == 0) {
      byZero(division);
    } else if (signed) {
      bySignedConstant(division, insn.imm());
    } else {
      byConstant(division, width == Width.B8 ? insn.imm() : insn.imm() & 0xffffffffL);
    }
  }

  private record Division(int index, Width width, Reg dst, boolean modulo, boolean signed) {}

  private void byRegister(Division d, Reg divisor) {
    var special = new Label();
    var done = new Label();
    if (d.signed) {
      asm.lea(d.width, BpfRegisters.SCRATCH, Mem.at(divisor, 1));
      asm.alu(AluOp.CMP, d.width, BpfRegisters.SCRATCH, 1);
      asm.jump(Cond.BE, special);
    } else {
      asm.test(d.width, divisor, divisor);
      asm.jump(Cond.E, special);
    }
    divide(d, divisor);
    asm.bind(done);
    to.outOfLine(
        () -> {
          asm.bind(special);
          if (d.signed) {
            byMinusOneOrZero(d, divisor, done);
          }
          byZero(d);
          asm.jump(done);
        });
  }

  /** Falls through if the divisor is 0. */
  private void byMinusOneOrZero(Division d, Reg divisor, Label done) {
    var zero = new Label();
    asm.test(d.width, divisor, divisor);
    asm.jump(Cond.E, zero);
    byMinusOne(d);
    asm.jump(done);
    asm.bind(zero);
  }

  private void byZero(Division d) {
    if (d.modulo) {
      unchanged(d);
    } else {
      asm.movImm(d.dst, 0);
    }
  }

  private void byMinusOne(Division d) {
    if (d.modulo) {
      asm.movImm(d.dst, 0);
    } else {
      asm.unary(UnaryOp.NEG, d.width, d.dst);
    }
  }

  private void byOne(Division d) {
    if (d.modulo) {
      asm.movImm(d.dst, 0);
    } else {
      unchanged(d);
    }
  }

  private void unchanged(Division d) {
    if (d.width == Width.B4) {
      asm.mov(Width.B4, d.dst, d.dst);
    }
  }

  private void bySignedConstant(Division d, int value) {
    switch (value) {
      case 1 -> byOne(d);
      case -1 -> byMinusOne(d);
      default -> byLoadedConstant(d, value);
    }
  }

  private void byConstant(Division d, long value) {
    if (value == 1) {
      byOne(d);
    } else if (Long.bitCount(value) == 1) {
      byPowerOfTwo(d, value);
    } else if (d.width == Width.B4) {
      byReciprocal(d, (int) value);
    } else {
      byLoadedConstant(d, value);
    }
  }

  private void byPowerOfTwo(Division d, long value) {
    if (d.modulo) {
      asm.alu(AluOp.AND, Width.B4, d.dst, (int) (value - 1));
    } else {
      asm.shift(ShiftOp.SHR, d.width, d.dst, Long.numberOfTrailingZeros(value));
    }
  }

  private void byLoadedConstant(Division d, long value) {
    asm.movImm(BpfRegisters.SCRATCH3, value);
    divide(d, BpfRegisters.SCRATCH3);
  }

  private void byReciprocal(Division d, int divisor) {
    var r = Reciprocal.of(divisor);
    var quotient = BpfRegisters.SCRATCH2;
    var product = BpfRegisters.SCRATCH;
    asm.mov(Width.B4, quotient, d.dst);
    asm.movImm(product, r.factor());
    asm.imul(Width.B8, product, quotient);
    if (r.oneMore()) {
      // The factor has a 33rd bit, which adds the dividend. The sum would overflow, so it is
      // halved.
      asm.shift(ShiftOp.SHR, Width.B8, product, Integer.SIZE);
      asm.alu(AluOp.SUB, Width.B4, quotient, product);
      asm.shift(ShiftOp.SHR, Width.B4, quotient, 1);
      asm.alu(AluOp.ADD, Width.B4, quotient, product);
      if (r.shift() > 1) {
        asm.shift(ShiftOp.SHR, Width.B4, quotient, r.shift() - 1);
      }
    } else {
      asm.shift(ShiftOp.SHR, Width.B8, product, Integer.SIZE + r.shift());
      quotient = product;
    }
    if (d.modulo) {
      asm.imul(Width.B4, quotient, quotient, divisor);
      asm.alu(AluOp.SUB, Width.B4, d.dst, quotient);
    } else {
      asm.mov(Width.B4, d.dst, quotient);
    }
  }

  private void divide(Division d, Reg divisor) {
    int keep = to.flow().liveAfter(d.index);
    boolean keepRax = d.dst != Reg.RAX && RegisterSet.has(keep, BpfRegisters.IN_RAX);
    boolean keepRdx = d.dst != Reg.RDX && RegisterSet.has(keep, BpfRegisters.IN_RDX);
    var by = divisor;
    if (divisor == Reg.RAX || divisor == Reg.RDX) {
      by = BpfRegisters.SCRATCH3;
      asm.mov(Width.B8, by, divisor);
    }
    if (keepRax) {
      asm.mov(Width.B8, BpfRegisters.SCRATCH, Reg.RAX);
    }
    if (keepRdx) {
      asm.mov(Width.B8, BpfRegisters.SCRATCH2, Reg.RDX);
    }
    if (d.dst != Reg.RAX) {
      asm.mov(d.width, Reg.RAX, d.dst);
    }
    if (d.signed) {
      asm.signIntoRdx(d.width);
    } else {
      asm.movImm(Reg.RDX, 0);
    }
    asm.unary(d.signed ? UnaryOp.IDIV : UnaryOp.DIV, d.width, by);
    var result = d.modulo ? Reg.RDX : Reg.RAX;
    if (d.dst != result) {
      asm.mov(d.width, d.dst, result);
    }
    if (keepRax) {
      asm.mov(Width.B8, Reg.RAX, BpfRegisters.SCRATCH);
    }
    if (keepRdx) {
      asm.mov(Width.B8, Reg.RDX, BpfRegisters.SCRATCH2);
    }
  }
}
