package org.jitalloc.arch.x86.bpf;

import static java.util.Map.entry;

import java.util.Map;
import org.jitalloc.arch.bpf.BpfInsn;
import org.jitalloc.arch.bpf.BpfOp;
import org.jitalloc.arch.support.asm.Label;
import org.jitalloc.arch.support.bpf.JumpEmitter;
import org.jitalloc.arch.support.bpf.Translation;
import org.jitalloc.arch.x86.asm.AluOp;
import org.jitalloc.arch.x86.asm.Assembler;
import org.jitalloc.arch.x86.asm.Cond;
import org.jitalloc.arch.x86.asm.Width;

/** Jumps inside a function. */
final class JumpCode implements JumpEmitter {
  private static final Map<Integer, Cond> CONDITIONS =
      Map.ofEntries(
          entry(BpfOp.JEQ, Cond.E),
          entry(BpfOp.JGT, Cond.A),
          entry(BpfOp.JGE, Cond.AE),
          entry(BpfOp.JSET, Cond.NE),
          entry(BpfOp.JNE, Cond.NE),
          entry(BpfOp.JSGT, Cond.G),
          entry(BpfOp.JSGE, Cond.GE),
          entry(BpfOp.JLT, Cond.B),
          entry(BpfOp.JLE, Cond.BE),
          entry(BpfOp.JSLT, Cond.L),
          entry(BpfOp.JSLE, Cond.LE));

  private final Assembler asm;

  JumpCode(Assembler asm) {
    this.asm = asm;
  }

  @Override
  public void jumpIf(BpfInsn insn, Label target) {
    asm.jump(compare(insn), target);
  }

  @Override
  public void jumpUnless(BpfInsn insn, Label target) {
    asm.jump(compare(insn).negated(), target);
  }

  /** Sets the flags. {@return the condition of the jump} */
  private Cond compare(BpfInsn insn) {
    int code = BpfOp.code(insn);
    var condition = CONDITIONS.get(code);
    if (condition == null) {
      throw Translation.unknown(insn);
    }
    var width = insn.insnClass() == BpfOp.JMP ? Width.B8 : Width.B4;
    var dst = BpfRegisters.of(insn.dst());
    boolean register = BpfOp.isX(insn);
    if (code == BpfOp.JSET && register) {
      asm.test(width, dst, BpfRegisters.of(insn.src()));
    } else if (code == BpfOp.JSET) {
      asm.test(insn.imm() >= 0 ? Width.B4 : width, dst, insn.imm());
    } else if (register) {
      asm.alu(AluOp.CMP, width, dst, BpfRegisters.of(insn.src()));
    } else if (insn.imm() == 0) {
      asm.test(width, dst, dst);
    } else {
      asm.alu(AluOp.CMP, width, dst, insn.imm());
    }
    return condition;
  }
}
