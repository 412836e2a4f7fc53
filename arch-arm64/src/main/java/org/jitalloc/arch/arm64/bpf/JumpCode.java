package org.jitalloc.arch.arm64.bpf;

import static java.util.Map.entry;

import java.util.Map;
import org.jitalloc.arch.arm64.asm.AluOp;
import org.jitalloc.arch.arm64.asm.Assembler;
import org.jitalloc.arch.arm64.asm.Cond;
import org.jitalloc.arch.arm64.asm.Reg;
import org.jitalloc.arch.arm64.asm.Width;
import org.jitalloc.arch.bpf.BpfInsn;
import org.jitalloc.arch.bpf.BpfOp;

/** Jumps inside a function. */
final class JumpCode {
  private static final Map<Integer, Cond> CONDITIONS =
      Map.ofEntries(
          entry(0x10, Cond.EQ),
          entry(0x20, Cond.HI),
          entry(0x30, Cond.HS),
          entry(BpfOp.JSET, Cond.NE),
          entry(0x50, Cond.NE),
          entry(0x60, Cond.GT),
          entry(0x70, Cond.GE),
          entry(0xa0, Cond.LO),
          entry(0xb0, Cond.LS),
          entry(0xc0, Cond.LT),
          entry(0xd0, Cond.LE));

  private final Translation to;
  private final Assembler asm;

  JumpCode(Translation to) {
    this.to = to;
    asm = to.asm;
  }

  void emit(int index, BpfInsn insn) {
    int target = to.flow.target(index);
    if (BpfOp.isUnconditional(insn)) {
      if (target != index + 1) asm.jump(to.label(target));
      return;
    }
    int code = BpfOp.code(insn);
    var condition = CONDITIONS.get(code);
    if (condition == null) throw ProgramCode.unknown(index, insn);
    var width = insn.insnClass() == BpfOp.JMP ? Width.B8 : Width.B4;
    var dst = Registers.of(insn.dst());
    var op = code == BpfOp.JSET ? AluOp.ANDS : AluOp.SUBS;
    boolean register = (insn.opcode() & BpfOp.X) != 0;
    boolean zero = !register && insn.imm() == 0 && op == AluOp.SUBS;
    if (zero && condition == Cond.EQ) {
      asm.jumpIfZero(width, dst, to.label(target));
    } else if (zero && condition == Cond.NE) {
      asm.jumpIfNotZero(width, dst, to.label(target));
    } else {
      if (register) {
        asm.alu(op, width, Reg.ZR, dst, Registers.of(insn.src()));
      } else {
        asm.alu(op, width, Reg.ZR, dst, insn.imm(), Registers.CONSTANT);
      }
      asm.jump(condition, to.label(target));
    }
  }
}
