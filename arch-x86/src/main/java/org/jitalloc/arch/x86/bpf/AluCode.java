package org.jitalloc.arch.x86.bpf;

import org.jitalloc.arch.bpf.BpfInsn;
import org.jitalloc.arch.bpf.BpfOp;
import org.jitalloc.arch.support.bpf.AluEmitter;
import org.jitalloc.arch.support.bpf.Translation;
import org.jitalloc.arch.x86.asm.AluOp;
import org.jitalloc.arch.x86.asm.Assembler;
import org.jitalloc.arch.x86.asm.Mem;
import org.jitalloc.arch.x86.asm.Reg;
import org.jitalloc.arch.x86.asm.ShiftOp;
import org.jitalloc.arch.x86.asm.UnaryOp;
import org.jitalloc.arch.x86.asm.Width;

/** Arithmetic except shifts and divisions. */
final class AluCode implements AluEmitter {
  /*
   * An operation on four bytes clears the upper half of its register, on x86 as in BPF. So the
   * upper half is cleared explicitly only if an instruction is omitted or has a smaller operand.
   */
  private static final int BYTE_MASK = 0xff;
  private static final int WORD_MASK = 0xffff;

  private final Assembler asm;
  private final ShiftCode shifts;
  private final DivisionCode divisions;

  AluCode(Translation to, Assembler asm, boolean bmi2) {
    this.asm = asm;
    shifts = new ShiftCode(to.flow(), asm, bmi2);
    divisions = new DivisionCode(to, asm);
  }

  private static Width width(BpfInsn insn) {
    return width(insn.insnClass() == BpfOp.ALU64);
  }

  private static Width width(boolean wide) {
    return wide ? Width.B8 : Width.B4;
  }

  /** {@return the x86 operation of a BPF operation} */
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

  @Override
  public void constant(int register, long value) {
    asm.movImm(BpfRegisters.of(register), value);
  }

  @Override
  public void binary(BpfInsn insn) {
    var width = width(insn);
    var dst = BpfRegisters.of(insn.dst());
    boolean multiplies = BpfOp.code(insn) == BpfOp.MUL;
    if (!BpfOp.isX(insn)) {
      if (multiplies) {
        multiply(width, dst, insn.imm());
      } else {
        withConstant(operation(BpfOp.code(insn)), width, dst, insn.imm());
      }
    } else if (multiplies) {
      asm.imul(width, dst, BpfRegisters.of(insn.src()));
    } else {
      asm.alu(operation(BpfOp.code(insn)), width, dst, BpfRegisters.of(insn.src()));
    }
  }

  @Override
  public void sum(boolean wide, int dst, int first, int second) {
    var sum = Mem.at(BpfRegisters.of(first), BpfRegisters.of(second), 1, 0);
    asm.lea(width(wide), BpfRegisters.of(dst), sum);
  }

  @Override
  public void sumConstant(boolean wide, int dst, int src, int value) {
    asm.lea(width(wide), BpfRegisters.of(dst), Mem.at(BpfRegisters.of(src), value));
  }

  @Override
  public void rotate(boolean wide, int dst, int src, int left) {
    if (dst != src) {
      asm.mov(width(wide), BpfRegisters.of(dst), BpfRegisters.of(src));
    }
    asm.shift(ShiftOp.ROL, width(wide), BpfRegisters.of(dst), left);
  }

  @Override
  public void divide(int index, BpfInsn insn) {
    divisions.emit(index, insn, width(insn));
  }

  @Override
  public void shift(int index, BpfInsn insn) {
    shifts.emit(index, insn, width(insn));
  }

  @Override
  public void negate(BpfInsn insn) {
    asm.unary(UnaryOp.NEG, width(insn), BpfRegisters.of(insn.dst()));
  }

  private void withConstant(AluOp op, Width width, Reg dst, int value) {
    boolean mask = op == AluOp.AND;
    if (width == Width.B8 && value == (mask ? -1 : 0)) {
      return;
    }
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

  @Override
  public void move(BpfInsn insn) {
    asm.mov(width(insn), BpfRegisters.of(insn.dst()), BpfRegisters.of(insn.src()));
  }

  @Override
  public void signExtend(BpfInsn insn) {
    var from = Width.ofBytes(insn.offset() / Byte.SIZE);
    asm.signExtend(from, width(insn), BpfRegisters.of(insn.dst()), BpfRegisters.of(insn.src()));
  }

  @Override
  public void truncate(int register, int bits) {
    var reg = BpfRegisters.of(register);
    asm.zeroExtend(Width.ofBytes(bits / Byte.SIZE), reg, reg);
  }

  @Override
  public void reverse(int register, int bits) {
    var reg = BpfRegisters.of(register);
    if (bits == Short.SIZE) {
      asm.shift(ShiftOp.ROL, Width.B2, reg, Byte.SIZE);
      asm.zeroExtend(Width.B2, reg, reg);
    } else {
      asm.bswap(Width.ofBytes(bits / Byte.SIZE), reg);
    }
  }
}
