package org.jitalloc.arch.s390.bpf;

import java.util.Map;
import org.jitalloc.arch.bpf.BpfInsn;
import org.jitalloc.arch.bpf.BpfOp;
import org.jitalloc.arch.s390.asm.Assembler;
import org.jitalloc.arch.s390.asm.Cond;
import org.jitalloc.arch.s390.asm.Reg;
import org.jitalloc.arch.s390.asm.RegOp;
import org.jitalloc.arch.s390.asm.WordOp;

/** Jumps inside a function. */
final class JumpCode {
  /** What to branch on after the comparison, signed or not. */
  private record Test(Cond condition, boolean signed) {}

  private static final Map<Integer, Test> TESTS =
      Map.ofEntries(
          Map.entry(0x10, new Test(Cond.EQUAL, true)),
          Map.entry(0x20, new Test(Cond.HIGH, false)),
          Map.entry(0x30, new Test(Cond.NOT_LOW, false)),
          Map.entry(BpfOp.JSET, new Test(Cond.NOT_EQUAL, true)),
          Map.entry(0x50, new Test(Cond.NOT_EQUAL, true)),
          Map.entry(0x60, new Test(Cond.HIGH, true)),
          Map.entry(0x70, new Test(Cond.NOT_LOW, true)),
          Map.entry(0xa0, new Test(Cond.LOW, false)),
          Map.entry(0xb0, new Test(Cond.NOT_HIGH, false)),
          Map.entry(0xc0, new Test(Cond.LOW, true)),
          Map.entry(0xd0, new Test(Cond.NOT_HIGH, true)));

  private final Translation to;
  private final Assembler asm;

  JumpCode(Translation to) {
    this.to = to;
    asm = to.asm;
  }

  void emit(int index, BpfInsn insn) {
    var target = to.label(to.target(index));
    if (insn.opcode() == BpfOp.GOTO || insn.opcode() == BpfOp.GOTOL) {
      asm.jump(target);
      return;
    }
    int code = BpfOp.code(insn);
    var test = TESTS.get(code);
    if (test == null) throw ProgramCode.unknown(index, insn);
    boolean wide = insn.insnClass() == BpfOp.JMP;
    if (code == BpfOp.JSET) {
      testBits(insn, wide);
    } else {
      compare(insn, wide, test.signed);
    }
    asm.jump(test.condition, target);
  }

  private void testBits(BpfInsn insn, boolean wide) {
    if ((insn.opcode() & BpfOp.X) != 0) {
      asm.reg(RegOp.LGR, Registers.SCRATCH, Registers.of(insn.src()));
    } else {
      asm.constant(Registers.SCRATCH, insn.imm());
    }
    asm.reg(wide ? RegOp.NGR : RegOp.NR, Registers.SCRATCH, Registers.of(insn.dst()));
  }

  private void compare(BpfInsn insn, boolean wide, boolean signed) {
    var dst = Registers.of(insn.dst());
    if ((insn.opcode() & BpfOp.X) != 0) {
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
