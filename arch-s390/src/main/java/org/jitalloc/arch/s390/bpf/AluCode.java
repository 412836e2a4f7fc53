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

/** Arithmetic but for divisions. */
final class AluCode {
  /*
   * An operation on four bytes leaves the upper half of its register as it is, BPF wants it cleared: it is done after each.
   */
  private static final int BITS_32 = 31;
  private static final int BITS_64 = 63;

  private final Assembler asm;
  private final DivisionCode divisions;

  AluCode(Translation to) {
    asm = to.asm;
    divisions = new DivisionCode(to);
  }

  void emit(int index, BpfInsn insn) {
    boolean wide = insn.insnClass() == BpfOp.ALU64;
    var dst = Registers.of(insn.dst());
    boolean register = (insn.opcode() & BpfOp.X) != 0;
    int code = BpfOp.code(insn);
    switch (code) {
      case BpfOp.ADD, BpfOp.SUB, BpfOp.MUL, BpfOp.OR, BpfOp.AND, BpfOp.XOR -> {
        if (register) {
          asm.reg(operation(code, wide), dst, Registers.of(insn.src()));
        } else {
          constant(code, wide, dst, insn.imm());
        }
        clearUpper(wide, dst);
      }
      case BpfOp.DIV, BpfOp.MOD -> divisions.emit(insn, wide);
      case BpfOp.LSH, BpfOp.RSH, BpfOp.ARSH -> shift(code, wide, insn);
      case BpfOp.NEG -> {
        asm.reg(wide ? RegOp.LCGR : RegOp.LCR, dst, dst);
        clearUpper(wide, dst);
      }
      case BpfOp.MOV -> move(wide, dst, insn);
      case BpfOp.END -> swap(dst, insn);
      default -> throw ProgramCode.unknown(index, insn);
    }
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
  private void constant(int code, boolean wide, Reg dst, int value) {
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

  private void shift(int code, boolean wide, BpfInsn insn) {
    var dst = Registers.of(insn.dst());
    var count = Registers.of(insn.src());
    boolean register = (insn.opcode() & BpfOp.X) != 0;
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

  private void move(boolean wide, Reg dst, BpfInsn insn) {
    if ((insn.opcode() & BpfOp.X) == 0) {
      asm.constant(dst, wide ? insn.imm() : insn.imm() & 0xffffffffL);
      return;
    }
    var src = Registers.of(insn.src());
    switch (insn.offset()) {
      case 0 -> asm.reg(wide ? RegOp.LGR : RegOp.LLGFR, dst, src);
      case 8 -> asm.reg(RegOp.LGBR, dst, src);
      case 16 -> asm.reg(RegOp.LGHR, dst, src);
      default -> asm.reg(RegOp.LGFR, dst, src);
    }
    if (insn.offset() != 0) clearUpper(wide, dst);
  }

  /** Numbers in registers have no byte order: only to little-endian is nothing but cutting off. */
  private void swap(Reg dst, BpfInsn insn) {
    boolean toLittle = insn.insnClass() == BpfOp.ALU && (insn.opcode() & BpfOp.X) == 0;
    int unused = Long.SIZE - insn.imm();
    if (!toLittle) {
      asm.reg(RegOp.LRVGR, dst, dst);
      if (unused != 0) asm.shift(PairOp.SRLG, dst, dst, unused);
    } else if (insn.imm() == Short.SIZE) {
      asm.reg(RegOp.LLGHR, dst, dst);
    } else if (insn.imm() == Integer.SIZE) {
      asm.reg(RegOp.LLGFR, dst, dst);
    }
  }
}
