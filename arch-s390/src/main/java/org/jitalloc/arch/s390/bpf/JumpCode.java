package org.jitalloc.arch.s390.bpf;

import java.util.Map;
import org.jitalloc.arch.bpf.BpfInsn;
import org.jitalloc.arch.bpf.BpfOp;
import org.jitalloc.arch.s390.asm.Assembler;
import org.jitalloc.arch.s390.asm.CompareOp;
import org.jitalloc.arch.s390.asm.Cond;
import org.jitalloc.arch.s390.asm.HalfOp;
import org.jitalloc.arch.s390.asm.Reg;
import org.jitalloc.arch.s390.asm.RegOp;
import org.jitalloc.arch.s390.asm.WordOp;
import org.jitalloc.arch.support.asm.Label;
import org.jitalloc.arch.support.bpf.JumpEmitter;
import org.jitalloc.arch.support.bpf.Translation;

/** Jumps inside a function. */
final class JumpCode implements JumpEmitter {
  /** The condition of the branch after a signed or unsigned comparison. */
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

  private static final int BYTE_MASK = 0xff;

  private final Assembler asm;
  private final Facilities facilities;

  JumpCode(Assembler asm, Facilities facilities) {
    this.asm = asm;
    this.facilities = facilities;
  }

  @Override
  public void jumpIf(BpfInsn insn, Label target) {
    var test = test(insn);
    jump(insn, test.signed, test.condition, target);
  }

  @Override
  public void jumpUnless(BpfInsn insn, Label target) {
    var test = test(insn);
    jump(insn, test.signed, test.condition.negated(), target);
  }

  private static Test test(BpfInsn insn) {
    var test = TESTS.get(BpfOp.code(insn));
    if (test == null) {
      throw Translation.unknown(insn);
    }
    return test;
  }

  private void jump(BpfInsn insn, boolean signed, Cond condition, Label target) {
    boolean wide = insn.insnClass() == BpfOp.JMP;
    var dst = BpfRegisters.of(insn.dst());
    if (BpfOp.code(insn) == BpfOp.JSET) {
      testBits(insn, wide);
      asm.jump(condition, target);
    } else if (BpfOp.isX(insn)) {
      compare(dst, BpfRegisters.of(insn.src()), wide, signed, condition, target);
    } else {
      compare(dst, insn.imm(), wide, signed, condition, target);
    }
  }

  private void testBits(BpfInsn insn, boolean wide) {
    if (!BpfOp.isX(insn) && insn.imm() == (char) insn.imm()) {
      asm.half(HalfOp.TMLL, BpfRegisters.of(insn.dst()), insn.imm());
      return;
    }
    if (BpfOp.isX(insn)) {
      asm.reg(RegOp.LGR, BpfRegisters.SCRATCH, BpfRegisters.of(insn.src()));
    } else {
      asm.constant(BpfRegisters.SCRATCH, insn.imm());
    }
    asm.reg(wide ? RegOp.NGR : RegOp.NR, BpfRegisters.SCRATCH, BpfRegisters.of(insn.dst()));
  }

  private void compare(Reg a, Reg b, boolean wide, boolean signed, Cond condition, Label target) {
    if (facilities.general()) {
      var op = signed ? CompareOp.CGRJ : CompareOp.CLGRJ;
      if (!wide) {
        op = signed ? CompareOp.CRJ : CompareOp.CLRJ;
      }
      asm.compareAndJump(op, a, b, condition, target);
    } else {
      var op = signed ? RegOp.CGR : RegOp.CLGR;
      if (!wide) {
        op = signed ? RegOp.CR : RegOp.CLR;
      }
      asm.reg(op, a, b);
      asm.jump(condition, target);
    }
  }

  private void compare(
      Reg a, int value, boolean wide, boolean signed, Cond condition, Label target) {
    boolean small = signed ? value == (byte) value : value == (value & BYTE_MASK);
    if (small && facilities.general()) {
      var op = signed ? CompareOp.CGIJ : CompareOp.CLGIJ;
      if (!wide) {
        op = signed ? CompareOp.CIJ : CompareOp.CLIJ;
      }
      asm.compareAndJump(op, a, value, condition, target);
    } else if (wide && !signed && value < 0) {
      asm.constant(BpfRegisters.SCRATCH, value);
      compare(a, BpfRegisters.SCRATCH, true, false, condition, target);
    } else {
      compareAlone(a, value, wide, signed);
      asm.jump(condition, target);
    }
  }

  private void compareAlone(Reg a, int value, boolean wide, boolean signed) {
    if (!signed) {
      asm.word(wide ? WordOp.CLGFI : WordOp.CLFI, a, value);
    } else if (value == (short) value) {
      asm.half(wide ? HalfOp.CGHI : HalfOp.CHI, a, value);
    } else {
      asm.word(wide ? WordOp.CGFI : WordOp.CFI, a, value);
    }
  }
}
