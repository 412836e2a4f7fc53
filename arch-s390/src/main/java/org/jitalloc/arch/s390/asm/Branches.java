package org.jitalloc.arch.s390.asm;

import java.util.ArrayList;
import java.util.List;
import org.jitalloc.arch.support.asm.BranchLayout;
import org.jitalloc.arch.support.asm.Label;
import org.jspecify.annotations.Nullable;

/** The branches of one piece of code, in order. */
final class Branches extends BranchLayout<CodeBuffer> {
  /*
   * Short branches reach 64 KiB: shorter code has only short branches, longer code only long ones.
   * Programs are rarely that long, so the branches are not relaxed one by one.
   */
  private static final int SHORT_BYTES = 4;
  private static final int LONG_BYTES = 6;

  /** The length of a compare-and-branch instruction in bytes. */
  private static final int FUSED_BYTES = 6;

  /** The forward reach of 16 bits of halfwords in bytes. */
  private static final int SHORT_REACH = 2 * Short.MAX_VALUE;

  /** The parts of the operation for branch on condition and for call. */
  private static final int CONDITION = 4;

  private static final int CALL = 5;

  /** The mask of a compare-and-branch instruction, whose comparison never sets code 3. */
  private static final int FUSED_MASK = 14;

  private final List<Branch> branches = new ArrayList<>();
  private boolean near = true;

  /**
   * One branch.
   *
   * @param field its mask or link register
   * @param comparison the comparison just before it
   */
  private record Branch(
      int position, int field, int operation, @Nullable Comparison comparison, Label target) {
    int bytes(boolean near) {
      if (comparison == null) {
        return near ? SHORT_BYTES : LONG_BYTES;
      }
      return near ? FUSED_BYTES : comparison.bytesAlone() + LONG_BYTES;
    }
  }

  /** A comparison; its second operand is a register or a constant. */
  record Comparison(CompareOp op, Reg first, int second) {
    int bytesAlone() {
      return switch (op.alone) {
        case RegOp alone -> alone.isShort() ? 2 : 4;
        default -> 6;
      };
    }

    void emitAlone(Assembler asm) {
      switch (op.alone) {
        case RegOp alone -> asm.reg(alone, first, Reg.values()[second]);
        case WordOp alone -> asm.word(alone, first, second);
        default -> throw new IllegalStateException("no comparison: " + op.alone);
      }
    }
  }

  @Override
  public int count() {
    return branches.size();
  }

  @Override
  protected int position(int branch) {
    return branches.get(branch).position;
  }

  void jump(int position, Cond condition, Label target) {
    branches.add(new Branch(position, condition.mask(), CONDITION, null, target));
  }

  void call(int position, Reg link, Label target) {
    branches.add(new Branch(position, link.ordinal(), CALL, null, target));
  }

  void compareAndJump(int position, Comparison comparison, Cond condition, Label target) {
    branches.add(new Branch(position, condition.mask(), CONDITION, comparison, target));
  }

  /** Determines the lengths of branches. */
  void relax(int otherBytes) {
    long nearBytes = otherBytes + branches.stream().mapToLong(b -> b.bytes(true)).sum();
    near = nearBytes <= SHORT_REACH;
    layOut(branches.stream().mapToInt(branch -> branch.bytes(near)).toArray());
  }

  CodeBuffer merge(CodeBuffer code) {
    return merge(new CodeBuffer(), code, code.size());
  }

  @Override
  protected void copy(CodeBuffer to, CodeBuffer code, int from, int end) {
    to.bytes(code, from, end - from);
  }

  @Override
  protected void emit(CodeBuffer to, int index) {
    Branch branch = branches.get(index);
    if (branch.comparison != null && near) {
      emitFused(to, branch, branch.comparison);
      return;
    }
    if (branch.comparison != null) {
      var alone = new Assembler();
      branch.comparison.emitAlone(alone);
      to.bytes(alone.finish());
    }
    int fields = branch.field << 4 | branch.operation;
    int halfwords = halfwords(to, branch);
    if (near) {
      to.b2(0xa700 | fields);
      to.b2(halfwords);
    } else {
      to.b2(0xc000 | fields);
      to.b4(halfwords);
    }
  }

  private int halfwords(CodeBuffer from, Branch branch) {
    return (offset(branch.target) - from.size()) / 2;
  }

  private void emitFused(CodeBuffer to, Branch branch, Comparison comparison) {
    int mask = branch.field & FUSED_MASK;
    int halfwords = halfwords(to, branch);
    int first = comparison.first.ordinal() << 4;
    if (comparison.op.ofRegisters()) {
      to.b2(0xec00 | first | comparison.second);
      to.b2(halfwords);
      to.b2(mask << 12 | comparison.op.opcode);
    } else {
      to.b2(0xec00 | first | mask);
      to.b2(halfwords);
      to.b2((comparison.second & 0xff) << 8 | comparison.op.opcode);
    }
  }
}
