package org.jitalloc.arch.x86.bpf;

import org.jitalloc.arch.bpf.BpfInsn;
import org.jitalloc.arch.bpf.BpfOp;
import org.jitalloc.arch.support.bpf.Flow;
import org.jitalloc.arch.x86.asm.Assembler;
import org.jitalloc.arch.x86.asm.Reg;
import org.jitalloc.arch.x86.asm.ShiftOp;
import org.jitalloc.arch.x86.asm.Width;

/** Shifts. The processor takes counts modulo the width, as BPF does. */
final class ShiftCode {
  private static final int R4 = 4;

  private final Flow flow;
  private final Assembler asm;

  /** Whether shlx, shrx and sarx may be used. */
  private final boolean bmi2;

  ShiftCode(Flow flow, Assembler asm, boolean bmi2) {
    this.flow = flow;
    this.asm = asm;
    this.bmi2 = bmi2;
  }

  void emit(int index, BpfInsn insn, Width width) {
    var op = operation(BpfOp.code(insn));
    var dst = BpfRegisters.of(insn.dst());
    var count = BpfRegisters.of(insn.src());
    if (!BpfOp.isX(insn)) {
      constant(op, width, dst, insn.imm());
    } else if (bmi2) {
      asm.shiftBmi2(op, width, dst, dst, count);
    } else if (dst == Reg.RCX) {
      asm.mov(Width.B8, BpfRegisters.SCRATCH, dst);
      if (count != Reg.RCX) {
        asm.mov(Width.B4, Reg.RCX, count);
      }
      asm.shiftByCl(op, width, BpfRegisters.SCRATCH);
      asm.mov(Width.B8, Reg.RCX, BpfRegisters.SCRATCH);
    } else {
      byRcx(op, width, dst, count, !flow.isDeadAfter(index, R4));
    }
  }

  private static ShiftOp operation(int code) {
    return switch (code) {
      case BpfOp.LSH -> ShiftOp.SHL;
      case BpfOp.RSH -> ShiftOp.SHR;
      default -> ShiftOp.SAR;
    };
  }

  void constant(ShiftOp op, Width width, Reg dst, int count) {
    int bits = count & width.bytes() * Byte.SIZE - 1;
    if (bits != 0) {
      asm.shift(op, width, dst, bits);
    } else if (width == Width.B4) {
      asm.mov(Width.B4, dst, dst);
    }
  }

  private void byRcx(ShiftOp op, Width width, Reg dst, Reg count, boolean keepRcx) {
    boolean borrow = count != Reg.RCX;
    if (borrow && keepRcx) {
      asm.mov(Width.B8, BpfRegisters.SCRATCH, Reg.RCX);
    }
    if (borrow) {
      asm.mov(Width.B4, Reg.RCX, count);
    }
    asm.shiftByCl(op, width, dst);
    if (borrow && keepRcx) {
      asm.mov(Width.B8, Reg.RCX, BpfRegisters.SCRATCH);
    }
  }
}
