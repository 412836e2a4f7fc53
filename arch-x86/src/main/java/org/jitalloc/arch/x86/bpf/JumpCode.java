package org.jitalloc.arch.x86.bpf;

import static java.util.Map.entry;

import java.util.Map;
import org.jitalloc.arch.bpf.BpfInsn;
import org.jitalloc.arch.x86.asm.AluOp;
import org.jitalloc.arch.x86.asm.Assembler;
import org.jitalloc.arch.x86.asm.Cond;
import org.jitalloc.arch.x86.asm.Width;

/** Jumps inside a function. */
final class JumpCode {
  private static final Map<Integer, Cond> CONDITIONS =
      Map.ofEntries(
          entry(0x10, Cond.E),
          entry(0x20, Cond.A),
          entry(0x30, Cond.AE),
          entry(Op.JSET, Cond.NE),
          entry(0x50, Cond.NE),
          entry(0x60, Cond.G),
          entry(0x70, Cond.GE),
          entry(0xa0, Cond.B),
          entry(0xb0, Cond.BE),
          entry(0xc0, Cond.L),
          entry(0xd0, Cond.LE));

  private final Translation to;
  private final Assembler asm;

  JumpCode(Translation to) {
    this.to = to;
    asm = to.asm;
  }

  void emit(int index, BpfInsn insn) {
    int target = to.flow.target(index);
    if (Flow.isUnconditional(insn)) {
      if (target != index + 1) asm.jump(to.label(target));
    } else {
      asm.jump(compare(index, insn), to.label(target));
    }
  }

  /** A conditional jump over an unconditional one: the condition is turned round. */
  void emitOver(int index, BpfInsn insn) {
    asm.jump(compare(index, insn).negated(), to.label(to.flow.target(index + 1)));
  }

  /** Sets the flags and says what to jump on. */
  private Cond compare(int index, BpfInsn insn) {
    int code = insn.opcode() & Op.CODE_MASK;
    var condition = CONDITIONS.get(code);
    if (condition == null) throw ProgramCode.unknown(index, insn);
    var width = insn.insnClass() == Op.CLASS_JMP ? Width.B8 : Width.B4;
    var dst = Registers.of(insn.dst());
    boolean register = (insn.opcode() & Op.X) != 0;
    if (code == Op.JSET && register) {
      asm.test(width, dst, Registers.of(insn.src()));
    } else if (code == Op.JSET) {
      asm.test(insn.imm() >= 0 ? Width.B4 : width, dst, insn.imm());
    } else if (register) {
      asm.alu(AluOp.CMP, width, dst, Registers.of(insn.src()));
    } else if (insn.imm() == 0) {
      asm.test(width, dst, dst);
    } else {
      asm.alu(AluOp.CMP, width, dst, insn.imm());
    }
    return condition;
  }
}
