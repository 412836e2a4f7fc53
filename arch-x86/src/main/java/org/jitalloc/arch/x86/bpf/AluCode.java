package org.jitalloc.arch.x86.bpf;

import org.jitalloc.arch.bpf.BpfInsn;
import org.jitalloc.arch.bpf.BpfOp;
import org.jitalloc.arch.x86.asm.AluOp;
import org.jitalloc.arch.x86.asm.Assembler;
import org.jitalloc.arch.x86.asm.Reg;
import org.jitalloc.arch.x86.asm.ShiftOp;
import org.jitalloc.arch.x86.asm.UnaryOp;
import org.jitalloc.arch.x86.asm.Width;

/** Arithmetic but for shifts and divisions. */
final class AluCode {
  /*
   * An operation on four bytes clears the upper half of its register by itself, on x86 as in BPF: nothing is done for it
   * but where an instruction is left out or works on fewer bytes.
   */
  private static final int BYTE_MASK = 0xff;
  private static final int WORD_MASK = 0xffff;

  private final Assembler asm;
  private final ShiftCode shifts;
  private final DivisionCode divisions;

  AluCode(Translation to) {
    asm = to.asm;
    shifts = new ShiftCode(to);
    divisions = new DivisionCode(to);
  }

  static Width width(BpfInsn insn) {
    return insn.insnClass() == BpfOp.ALU64 ? Width.B8 : Width.B4;
  }

  /** The operations that both machines have, by their number in BPF. */
  static AluOp operation(int code) {
    return switch (code) {
      case BpfOp.ADD -> AluOp.ADD;
      case BpfOp.SUB -> AluOp.SUB;
      case BpfOp.OR -> AluOp.OR;
      case BpfOp.AND -> AluOp.AND;
      case BpfOp.XOR -> AluOp.XOR;
      default -> throw new IllegalArgumentException("no such operation: code=0x%x".formatted(code));
    };
  }

  void emit(int index, BpfInsn insn) {
    var width = width(insn);
    var dst = Registers.of(insn.dst());
    boolean register = BpfOp.isX(insn);
    int code = BpfOp.code(insn);
    switch (code) {
      case BpfOp.ADD, BpfOp.SUB, BpfOp.OR, BpfOp.AND, BpfOp.XOR -> {
        if (register) {
          asm.alu(operation(code), width, dst, Registers.of(insn.src()));
        } else {
          constant(operation(code), width, dst, insn.imm());
        }
      }
      case BpfOp.MUL -> {
        if (register) {
          asm.imul(width, dst, Registers.of(insn.src()));
        } else {
          multiply(width, dst, insn.imm());
        }
      }
      case BpfOp.DIV, BpfOp.MOD -> divisions.emit(index, insn, width);
      case BpfOp.LSH, BpfOp.RSH, BpfOp.ARSH -> shifts.emit(index, insn, width);
      case BpfOp.NEG -> asm.unary(UnaryOp.NEG, width, dst);
      case BpfOp.MOV -> move(width, dst, insn);
      case BpfOp.END -> swap(dst, insn);
      default -> throw ProgramCode.unknown(index, insn);
    }
  }

  private void constant(AluOp op, Width width, Reg dst, int value) {
    boolean mask = op == AluOp.AND;
    if (width == Width.B8 && value == (mask ? -1 : 0)) return;
    if (mask && value == BYTE_MASK) {
      asm.zeroExtend(Width.B1, dst, dst);
    } else if (mask && value == WORD_MASK) {
      asm.zeroExtend(Width.B2, dst, dst);
    } else {
      asm.alu(op, mask && value >= 0 ? Width.B4 : width, dst, value);
    }
  }

  private void multiply(Width width, Reg dst, int value) {
    if (value > 0 && Integer.bitCount(value) == 1) {
      shifts.constant(ShiftOp.SHL, width, dst, Integer.numberOfTrailingZeros(value));
    } else if (value == 0) {
      asm.movImm(dst, 0);
    } else {
      asm.imul(width, dst, dst, value);
    }
  }

  private void move(Width width, Reg dst, BpfInsn insn) {
    boolean wide = width == Width.B8;
    if (!BpfOp.isX(insn)) {
      asm.movImm(dst, wide ? insn.imm() : insn.imm() & 0xffffffffL);
      return;
    }
    var src = Registers.of(insn.src());
    if (insn.offset() != 0) {
      asm.signExtend(Width.ofBytes(insn.offset() / Byte.SIZE), width, dst, src);
    } else if (!wide || dst != src) {
      asm.mov(width, dst, src);
    }
  }

  private void swap(Reg dst, BpfInsn insn) {
    var width = Width.ofBytes(insn.imm() / Byte.SIZE);
    boolean toLittle = insn.insnClass() == BpfOp.ALU && !BpfOp.isX(insn);
    if (toLittle) {
      if (width != Width.B8) asm.zeroExtend(width, dst, dst);
    } else if (width == Width.B2) {
      asm.shift(ShiftOp.ROL, Width.B2, dst, Byte.SIZE);
      asm.zeroExtend(Width.B2, dst, dst);
    } else {
      asm.bswap(width, dst);
    }
  }
}
