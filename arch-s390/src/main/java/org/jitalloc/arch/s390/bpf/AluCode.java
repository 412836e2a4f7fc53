package org.jitalloc.arch.s390.bpf;

import org.jitalloc.arch.bpf.BpfInsn;
import org.jitalloc.arch.bpf.BpfOp;
import org.jitalloc.arch.s390.asm.Assembler;
import org.jitalloc.arch.s390.asm.Mem;
import org.jitalloc.arch.s390.asm.PairOp;
import org.jitalloc.arch.s390.asm.Reg;
import org.jitalloc.arch.s390.asm.RegOp;
import org.jitalloc.arch.s390.asm.ShiftOp;
import org.jitalloc.arch.s390.asm.WordOp;
import org.jitalloc.arch.support.bpf.AluEmitter;
import org.jitalloc.arch.support.bpf.Translation;

/** Arithmetic but for divisions. */
final class AluCode implements AluEmitter {
  /*
   * An operation on four bytes leaves the upper half of its register as it is, BPF wants it cleared: it is done after each.
   */
  private static final int BITS_32 = 31;
  private static final int BITS_64 = 63;

  private final Assembler asm;
  private final DivisionCode divisions;

  AluCode(Translation to, Assembler asm) {
    this.asm = asm;
    divisions = new DivisionCode(to, asm);
  }

  @Override
  public void constant(int register, long value) {
    asm.constant(Registers.of(register), value);
  }

  private static boolean isWide(BpfInsn insn) {
    return insn.insnClass() == BpfOp.ALU64;
  }

  @Override
  public void binary(BpfInsn insn) {
    boolean wide = isWide(insn);
    var dst = Registers.of(insn.dst());
    if (BpfOp.isX(insn)) {
      asm.reg(operation(BpfOp.code(insn), wide), dst, Registers.of(insn.src()));
    } else {
      withConstant(BpfOp.code(insn), wide, dst, insn.imm());
    }
    clearUpper(wide, dst);
  }

  @Override
  public void divide(int index, BpfInsn insn) {
    divisions.emit(insn, isWide(insn));
  }

  @Override
  public void negate(BpfInsn insn) {
    boolean wide = isWide(insn);
    var dst = Registers.of(insn.dst());
    asm.reg(wide ? RegOp.LCGR : RegOp.LCR, dst, dst);
    clearUpper(wide, dst);
  }

  private void clearUpper(boolean wide, Reg dst) {
    if (!wide) asm.reg(RegOp.LLGFR, dst, dst);
  }

  private static RegOp operation(int code, boolean wide) {
    return switch (code) {
      case BpfOp.ADD -> wide ? RegOp.AGR : RegOp.AR;
      case BpfOp.SUB -> wide ? RegOp.SGR : RegOp.SR;
      case BpfOp.MUL -> wide ? RegOp.MSGR : RegOp.MSR;
      case BpfOp.OR -> wide ? RegOp.OGR : RegOp.OR;
      case BpfOp.AND -> wide ? RegOp.NGR : RegOp.NR;
      case BpfOp.XOR -> wide ? RegOp.XGR : RegOp.XR;
      default -> throw new IllegalArgumentException("no such operation: code=0x%x".formatted(code));
    };
  }

  /**
   * Constants have their sign extended to 64 bits: the upper half of a mask is all ones or none.
   */
  private void withConstant(int code, boolean wide, Reg dst, int value) {
    boolean upper = wide && value < 0;
    switch (code) {
      case BpfOp.ADD -> asm.word(wide ? WordOp.AGFI : WordOp.AFI, dst, value);
      case BpfOp.AND -> {
        asm.word(WordOp.NILF, dst, value);
        if (wide && value >= 0) asm.word(WordOp.NIHF, dst, 0);
      }
      case BpfOp.OR -> {
        asm.word(WordOp.OILF, dst, value);
        if (upper) asm.word(WordOp.OIHF, dst, -1);
      }
      case BpfOp.XOR -> {
        asm.word(WordOp.XILF, dst, value);
        if (upper) asm.word(WordOp.XIHF, dst, -1);
      }
      default -> {
        asm.constant(Registers.SCRATCH, value);
        asm.reg(operation(code, wide), dst, Registers.SCRATCH);
      }
    }
  }

  @Override
  public void shift(int index, BpfInsn insn) {
    int code = BpfOp.code(insn);
    boolean wide = isWide(insn);
    var dst = Registers.of(insn.dst());
    var count = Registers.of(insn.src());
    boolean register = BpfOp.isX(insn);
    if (wide && register) {
      asm.pair(shift64(code), dst, dst, Mem.at(count, 0));
    } else if (wide) {
      asm.shift(shift64(code), dst, dst, insn.imm() & BITS_64);
    } else if (register) {
      // The machine takes six bits of the count in both widths.
      asm.reg(RegOp.LR, Registers.SCRATCH, count);
      asm.word(WordOp.NILF, Registers.SCRATCH, BITS_32);
      asm.shiftBy(shift32(code), dst, Registers.SCRATCH);
    } else {
      asm.shift(shift32(code), dst, insn.imm() & BITS_32);
    }
    clearUpper(wide, dst);
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
  public void move(BpfInsn insn) {
    var op = isWide(insn) ? RegOp.LGR : RegOp.LLGFR;
    asm.reg(op, Registers.of(insn.dst()), Registers.of(insn.src()));
  }

  @Override
  public void signExtend(BpfInsn insn) {
    var dst = Registers.of(insn.dst());
    var op =
        switch (insn.offset()) {
          case Byte.SIZE -> RegOp.LGBR;
          case Short.SIZE -> RegOp.LGHR;
          default -> RegOp.LGFR;
        };
    asm.reg(op, dst, Registers.of(insn.src()));
    clearUpper(isWide(insn), dst);
  }

  @Override
  public void truncate(int register, int bits) {
    var reg = Registers.of(register);
    asm.reg(bits == Short.SIZE ? RegOp.LLGHR : RegOp.LLGFR, reg, reg);
  }

  @Override
  public void reverse(int register, int bits) {
    var reg = Registers.of(register);
    int unused = Long.SIZE - bits;
    asm.reg(RegOp.LRVGR, reg, reg);
    if (unused != 0) asm.shift(PairOp.SRLG, reg, reg, unused);
  }
}
