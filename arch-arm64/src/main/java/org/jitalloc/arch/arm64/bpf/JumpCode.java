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
import org.jitalloc.arch.support.asm.Label;
import org.jitalloc.arch.support.bpf.JumpEmitter;
import org.jitalloc.arch.support.bpf.Translation;

/** Jumps inside a function. */
final class JumpCode implements JumpEmitter {
  private static final Map<Integer, Cond> CONDITIONS =
      Map.ofEntries(
          entry(BpfOp.JEQ, Cond.EQ),
          entry(BpfOp.JGT, Cond.HI),
          entry(BpfOp.JGE, Cond.HS),
          entry(BpfOp.JSET, Cond.NE),
          entry(BpfOp.JNE, Cond.NE),
          entry(BpfOp.JSGT, Cond.GT),
          entry(BpfOp.JSGE, Cond.GE),
          entry(BpfOp.JLT, Cond.LO),
          entry(BpfOp.JLE, Cond.LS),
          entry(BpfOp.JSLT, Cond.LT),
          entry(BpfOp.JSLE, Cond.LE));

  private final Assembler asm;

  JumpCode(Assembler asm) {
    this.asm = asm;
  }

  @Override
  public void jumpIf(BpfInsn insn, Label target) {
    jump(insn, condition(insn), target);
  }

  @Override
  public void jumpUnless(BpfInsn insn, Label target) {
    jump(insn, condition(insn).negated(), target);
  }

  private static Cond condition(BpfInsn insn) {
    var condition = CONDITIONS.get(BpfOp.code(insn));
    if (condition == null) {
      throw Translation.unknown(insn);
    }
    return condition;
  }

  private void jump(BpfInsn insn, Cond condition, Label target) {
    var width = insn.insnClass() == BpfOp.JMP ? Width.B8 : Width.B4;
    var dst = BpfRegisters.of(insn.dst());
    var op = BpfOp.code(insn) == BpfOp.JSET ? AluOp.ANDS : AluOp.SUBS;
    boolean zero = !BpfOp.isX(insn) && insn.imm() == 0 && op == AluOp.SUBS;
    if (zero && condition == Cond.EQ) {
      asm.jumpIfZero(width, dst, target);
    } else if (zero && condition == Cond.NE) {
      asm.jumpIfNotZero(width, dst, target);
    } else {
      if (BpfOp.isX(insn)) {
        asm.alu(op, width, Reg.ZR, dst, BpfRegisters.of(insn.src()));
      } else {
        asm.alu(op, width, Reg.ZR, dst, insn.imm(), BpfRegisters.CONSTANT);
      }
      asm.jump(condition, target);
    }
  }
}
