package org.jitalloc.arch.arm64.bpf;

import org.jitalloc.arch.arm64.asm.AluOp;
import org.jitalloc.arch.arm64.asm.Assembler;
import org.jitalloc.arch.arm64.asm.BinaryOp;
import org.jitalloc.arch.arm64.asm.Reg;
import org.jitalloc.arch.arm64.asm.ShiftOp;
import org.jitalloc.arch.arm64.asm.Width;
import org.jitalloc.arch.bpf.BpfInsn;
import org.jitalloc.arch.bpf.BpfOp;

/** Arithmetic. */
final class AluCode {
  /*
   * The processor does what BPF wants by itself: an operation on a W register clears the upper half, counts of shifts are taken
   * modulo the width, division by zero gives 0 (so the remainder, a - 0 * b, is a), and the least number by -1 is itself.
   */
  private final Assembler asm;

  AluCode(Translation to) {
    asm = to.asm;
  }

  /** The operations that both machines have, by their number in BPF. */
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

  void emit(int index, BpfInsn insn) {
    var width = insn.insnClass() == BpfOp.ALU64 ? Width.B8 : Width.B4;
    var dst = Registers.of(insn.dst());
    boolean register = (insn.opcode() & BpfOp.X) != 0;
    int code = BpfOp.code(insn);
    switch (code) {
      case BpfOp.ADD, BpfOp.SUB, BpfOp.OR, BpfOp.AND, BpfOp.XOR -> {
        if (register) {
          asm.alu(operation(code), width, dst, dst, Registers.of(insn.src()));
        } else {
          asm.alu(operation(code), width, dst, dst, insn.imm(), Registers.CONSTANT);
        }
      }
      case BpfOp.MUL -> asm.mul(width, dst, dst, second(insn));
      case BpfOp.DIV -> asm.binary(division(insn), width, dst, dst, second(insn));
      case BpfOp.MOD -> modulo(insn, width, dst);
      case BpfOp.LSH, BpfOp.RSH, BpfOp.ARSH -> shift(code, insn, width, dst);
      case BpfOp.NEG -> asm.alu(AluOp.SUB, width, dst, Reg.ZR, dst);
      case BpfOp.MOV -> move(insn, width, dst);
      case BpfOp.END -> swap(insn, dst);
      default -> throw ProgramCode.unknown(index, insn);
    }
  }

  /** The second operand in a register, for operations that take no constant. */
  private Reg second(BpfInsn insn) {
    if ((insn.opcode() & BpfOp.X) != 0) return Registers.of(insn.src());
    asm.movImm(Registers.CONSTANT, insn.imm());
    return Registers.CONSTANT;
  }

  private static BinaryOp division(BpfInsn insn) {
    return insn.offset() == 0 ? BinaryOp.UDIV : BinaryOp.SDIV;
  }

  private void modulo(BpfInsn insn, Width width, Reg dst) {
    var divisor = second(insn);
    asm.binary(division(insn), width, Registers.SCRATCH, dst, divisor);
    asm.msub(width, dst, Registers.SCRATCH, divisor, dst);
  }

  private void shift(int code, BpfInsn insn, Width width, Reg dst) {
    if ((insn.opcode() & BpfOp.X) != 0) {
      var op =
          switch (code) {
            case BpfOp.LSH -> BinaryOp.LSLV;
            case BpfOp.RSH -> BinaryOp.LSRV;
            default -> BinaryOp.ASRV;
          };
      asm.binary(op, width, dst, dst, Registers.of(insn.src()));
    } else {
      var op =
          switch (code) {
            case BpfOp.LSH -> ShiftOp.LSL;
            case BpfOp.RSH -> ShiftOp.LSR;
            default -> ShiftOp.ASR;
          };
      asm.shift(op, width, dst, dst, insn.imm() & width.bits() - 1);
    }
  }

  private void move(BpfInsn insn, Width width, Reg dst) {
    boolean wide = width == Width.B8;
    if ((insn.opcode() & BpfOp.X) == 0) {
      asm.movImm(dst, wide ? insn.imm() : Integer.toUnsignedLong(insn.imm()));
      return;
    }
    var src = Registers.of(insn.src());
    if (insn.offset() != 0) {
      asm.signExtend(Width.ofBytes(insn.offset() / Byte.SIZE), width, dst, src);
    } else if (!wide || dst != src) {
      asm.mov(width, dst, src);
    }
  }

  private void swap(BpfInsn insn, Reg dst) {
    var width = Width.ofBytes(insn.imm() / Byte.SIZE);
    boolean toLittle = insn.insnClass() == BpfOp.ALU && (insn.opcode() & BpfOp.X) == 0;
    if (toLittle) {
      if (width != Width.B8) asm.zeroExtend(width, dst, dst);
    } else if (width == Width.B2) {
      asm.rev16(dst, dst);
      asm.zeroExtend(Width.B2, dst, dst);
    } else {
      asm.rev(width, dst, dst);
    }
  }
}
