package org.jitalloc.arch.s390.asm;

import java.util.ArrayList;
import java.util.List;
import org.jitalloc.arch.support.asm.Label;

/** The branches of one piece of code, in order. */
final class Branches {
  /*
   * The buffer holds no bytes for a branch; here stands where each belongs. Short branches reach 64 KiB: code that is no
   * longer than that altogether has short ones throughout, and other code long ones. Programs are rarely that long, so
   * looking at each branch is not worth while.
   */
  private static final int SHORT_BYTES = 4;
  private static final int LONG_BYTES = 6;

  /** The farthest that 16 bits of halfwords go forwards. */
  private static final int SHORT_REACH = 2 * Short.MAX_VALUE;

  /** The part of the operation that says branch on condition, and the one that says call. */
  private static final int CONDITION = 4;

  private static final int CALL = 5;

  private final List<Branch> branches = new ArrayList<>();
  private int bytesEach = SHORT_BYTES;

  private record Branch(int position, int field, int operation, Label target) {}

  int count() {
    return branches.size();
  }

  void jump(int position, Cond condition, Label target) {
    branches.add(new Branch(position, condition.mask(), CONDITION, target));
  }

  void call(int position, Reg link, Label target) {
    branches.add(new Branch(position, link.ordinal(), CALL, target));
  }

  /** Decides how long branches are. */
  void relax(int otherBytes) {
    boolean near = otherBytes + (long) SHORT_BYTES * branches.size() <= SHORT_REACH;
    bytesEach = near ? SHORT_BYTES : LONG_BYTES;
  }

  /** The final offset of a bound label, once relaxed. */
  int offset(Label label) {
    return label.position() + label.branchesBefore() * bytesEach;
  }

  CodeBuffer merge(CodeBuffer code) {
    var merged = new CodeBuffer();
    int from = 0;
    for (var branch : branches) {
      merged.bytes(code, from, branch.position - from);
      from = branch.position;
      emit(merged, branch);
    }
    merged.bytes(code, from, code.size() - from);
    return merged;
  }

  private void emit(CodeBuffer to, Branch branch) {
    int halfwords = (offset(branch.target) - to.size()) / 2;
    int fields = branch.field << 4 | branch.operation;
    if (bytesEach == SHORT_BYTES) {
      to.b2(0xa700 | fields);
      to.b2(halfwords);
    } else {
      to.b2(0xc000 | fields);
      to.b4(halfwords);
    }
  }
}
