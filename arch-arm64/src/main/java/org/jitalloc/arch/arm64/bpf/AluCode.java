package org.jitalloc.arch.arm64.bpf;

import org.jitalloc.arch.arm64.asm.AluOp;
import org.jitalloc.arch.arm64.asm.Assembler;
import org.jitalloc.arch.arm64.asm.BinaryOp;
import org.jitalloc.arch.arm64.asm.Reg;
import org.jitalloc.arch.arm64.asm.ShiftOp;
import org.jitalloc.arch.arm64.asm.Width;
import org.jitalloc.arch.bpf.BpfInsn;
import org.jitalloc.arch.bpf.BpfOp;
import org.jitalloc.arch.support.bpf.AluEmitter;

/** Arithmetic. */
final class AluCode implements AluEmitter {
  /*
   * The processor has the semantics of BPF: an operation on a W register clears the upper half,
   * shift counts are modulo the width, division by zero results in 0 (so the remainder, a - 0 * b,
   * is a), and the least number divided by -1 is itself.
   */
  private final Assembler asm;

  AluCode(Assembler asm) {
    this.asm = asm;
  }

  /** {@return the A64 operation of a BPF operation} */
  static AluOp operation(int code) {
    return switch (code) {
      case BpfOp.ADD -> AluOp.ADD;
      case BpfOp.SUB -> AluOp.SUB;
      case BpfOp.OR -> AluOp.ORR;
      case BpfOp.AND -> AluOp.AND;
      case BpfOp.XOR -> AluOp.EOR;
      default -> throw new IllegalArgumentException("no such operation: code=0x%x".formatted(code));
    };
  }

  @Override
  public void constant(int register, long value) {
    asm.movImm(BpfRegisters.of(register), value);
  }

  private static Width width(BpfInsn insn) {
    return width(insn.insnClass() == BpfOp.ALU64);
  }

  private static Width width(boolean wide) {
    return wide ? Width.B8 : Width.B4;
  }

  @Override
  public void binary(BpfInsn insn) {
    int code = BpfOp.code(insn);
    var width = width(insn);
    var dst = BpfRegisters.of(insn.dst());
    if (code == BpfOp.MUL) {
      asm.mul(width, dst, dst, second(insn));
    } else if (BpfOp.isX(insn)) {
      asm.alu(operation(code), width, dst, dst, BpfRegisters.of(insn.src()));
    } else {
      asm.alu(operation(code), width, dst, dst, insn.imm(), BpfRegisters.CONSTANT);
    }
  }

  /** {@return the second operand in a register, for operations without constants} */
  private Reg second(BpfInsn insn) {
    if (BpfOp.isX(insn)) {
      return BpfRegisters.of(insn.src());
    }
    asm.movImm(BpfRegisters.CONSTANT, insn.imm());
    return BpfRegisters.CONSTANT;
  }

  private static BinaryOp division(BpfInsn insn) {
    return insn.offset() == 0 ? BinaryOp.UDIV : BinaryOp.SDIV;
  }

  @Override
  public void sum(boolean wide, int dst, int first, int second) {
    asm.alu(
        AluOp.ADD,
        width(wide),
        BpfRegisters.of(dst),
        BpfRegisters.of(first),
        BpfRegisters.of(second));
  }

  @Override
  public void sumConstant(boolean wide, int dst, int src, int value) {
    asm.alu(
        AluOp.ADD,
        width(wide),
        BpfRegisters.of(dst),
        BpfRegisters.of(src),
        value,
        BpfRegisters.CONSTANT);
  }

  @Override
  public void rotate(boolean wide, int dst, int src, int left) {
    var width = width(wide);
    asm.rotateRight(width, BpfRegisters.of(dst), BpfRegisters.of(src), width.bits() - left);
  }

  @Override
  public void divide(int index, BpfInsn insn) {
    boolean modulo = BpfOp.code(insn) == BpfOp.MOD;
    var width = width(insn);
    var dst = BpfRegisters.of(insn.dst());
    var divisor = second(insn);
    var quotient = modulo ? BpfRegisters.SCRATCH : dst;
    asm.binary(division(insn), width, quotient, dst, divisor);
    if (modulo) {
      asm.msub(width, dst, quotient, divisor, dst);
    }
  }

  @Override
  public void shift(int index, BpfInsn insn) {
    var width = width(insn);
    var dst = BpfRegisters.of(insn.dst());
    if (BpfOp.isX(insn)) {
      var op =
          switch (BpfOp.code(insn)) {
            case BpfOp.LSH -> BinaryOp.LSLV;
            case BpfOp.RSH -> BinaryOp.LSRV;
            default -> BinaryOp.ASRV;
          };
      asm.binary(op, width, dst, dst, BpfRegisters.of(insn.src()));
    } else {
      var op =
          switch (BpfOp.code(insn)) {
            case BpfOp.LSH -> ShiftOp.LSL;
            case BpfOp.RSH -> ShiftOp.LSR;
            default -> ShiftOp.ASR;
          };
      asm.shift(op, width, dst, dst, insn.imm() & width.bits() - 1);
    }
  }

  @Override
  public void negate(BpfInsn insn) {
    var dst = BpfRegisters.of(insn.dst());
    asm.alu(AluOp.SUB, width(insn), dst, Reg.ZR, dst);
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
      asm.rev16(reg, reg);
      asm.zeroExtend(Width.B2, reg, reg);
    } else {
      asm.rev(Width.ofBytes(bits / Byte.SIZE), reg, reg);
    }
  }
}
