package org.jitalloc.arch.s390.bpf;

import java.util.Map;
import org.jitalloc.arch.bpf.BpfInsn;
import org.jitalloc.arch.bpf.BpfOp;
import org.jitalloc.arch.s390.asm.Assembler;
import org.jitalloc.arch.s390.asm.Cond;
import org.jitalloc.arch.s390.asm.Reg;
import org.jitalloc.arch.s390.asm.RegOp;
import org.jitalloc.arch.s390.asm.WordOp;
import org.jitalloc.arch.support.asm.Label;
import org.jitalloc.arch.support.bpf.JumpEmitter;
import org.jitalloc.arch.support.bpf.Translation;

/** Jumps inside a function. */
final class JumpCode implements JumpEmitter {
  /** What to branch on after the comparison, signed or not. */
  private record Test(Cond condition, boolean signed) {}

  private static final Map<Integer, Test> TESTS =
      Map.ofEntries(
          Map.entry(BpfOp.JEQ, new Test(Cond.EQUAL, true)),
          Map.entry(BpfOp.JGT, new Test(Cond.HIGH, false)),
          Map.entry(BpfOp.JGE, new Test(Cond.NOT_LOW, false)),
          Map.entry(BpfOp.JSET, new Test(Cond.NOT_EQUAL, true)),
          Map.entry(BpfOp.JNE, new Test(Cond.NOT_EQUAL, true)),
          Map.entry(BpfOp.JSGT, new Test(Cond.HIGH, true)),
          Map.entry(BpfOp.JSGE, new Test(Cond.NOT_LOW, true)),
          Map.entry(BpfOp.JLT, new Test(Cond.LOW, false)),
          Map.entry(BpfOp.JLE, new Test(Cond.NOT_HIGH, false)),
          Map.entry(BpfOp.JSLT, new Test(Cond.LOW, true)),
          Map.entry(BpfOp.JSLE, new Test(Cond.NOT_HIGH, true)));

  private final Assembler asm;

  JumpCode(Assembler asm) {
    this.asm = asm;
  }

  @Override
  public void jumpIf(BpfInsn insn, Label target) {
    int code = BpfOp.code(insn);
    var test = TESTS.get(code);
    if (test == null) throw Translation.unknown(insn);
    boolean wide = insn.insnClass() == BpfOp.JMP;
    if (code == BpfOp.JSET) {
      testBits(insn, wide);
    } else {
      compare(insn, wide, test.signed);
    }
    asm.jump(test.condition, target);
  }

  private void testBits(BpfInsn insn, boolean wide) {
    if (BpfOp.isX(insn)) {
      asm.reg(RegOp.LGR, Registers.SCRATCH, Registers.of(insn.src()));
    } else {
      asm.constant(Registers.SCRATCH, insn.imm());
    }
    asm.reg(wide ? RegOp.NGR : RegOp.NR, Registers.SCRATCH, Registers.of(insn.dst()));
  }

  private void compare(BpfInsn insn, boolean wide, boolean signed) {
    var dst = Registers.of(insn.dst());
    if (BpfOp.isX(insn)) {
      compare(dst, Registers.of(insn.src()), wide, signed);
    } else if (signed) {
      asm.word(wide ? WordOp.CGFI : WordOp.CFI, dst, insn.imm());
    } else if (!wide || insn.imm() >= 0) {
      asm.word(wide ? WordOp.CLGFI : WordOp.CLFI, dst, insn.imm());
    } else {
      asm.constant(Registers.SCRATCH, insn.imm());
      compare(dst, Registers.SCRATCH, true, false);
    }
  }

  private void compare(Reg dst, Reg src, boolean wide, boolean signed) {
    RegOp op;
    if (signed) {
      op = wide ? RegOp.CGR : RegOp.CR;
    } else {
      op = wide ? RegOp.CLGR : RegOp.CLR;
    }
    asm.reg(op, dst, src);
  }
}
