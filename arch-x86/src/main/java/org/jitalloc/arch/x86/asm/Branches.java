package org.jitalloc.arch.x86.asm;

import java.util.Arrays;
import org.jitalloc.arch.support.asm.BranchLayout;
import org.jitalloc.arch.support.asm.Label;

/** The branches and alignment gaps of one piece of code, in order, with their lengths. */
final class Branches extends BranchLayout<CodeBuffer> {
  /*
   * The lengths are minimal: each long branch does not reach with the other branches at their
   * lengths (with alignment gaps this is not exact, because gaps shrink when branches grow).
   */
  private static final int CALL = 0xe8;
  private static final int JUMP = 0xeb;
  private static final int JUMP_LONG = 0xe9;
  private static final int CONDITIONAL = 0x70;
  private static final int CONDITIONAL_LONG = 0x0f80;

  /**
   * No branch: padding up to the next multiple of {@link #ALIGN_BYTES}, which depends on the
   * branches before it.
   */
  private static final int ALIGN = 0;

  static final int ALIGN_BYTES = 32;

  private int count;
  private int[] positions = new int[16];
  private int[] opcodes = new int[16];
  private Label[] targets = new Label[16];

  @Override
  public int count() {
    return count;
  }

  @Override
  protected int position(int branch) {
    return positions[branch];
  }

  void call(int position, Label target) {
    add(position, CALL, target);
  }

  void jump(int position, Label target) {
    add(position, JUMP, target);
  }

  void jump(Cond condition, int position, Label target) {
    add(position, CONDITIONAL + condition.ordinal(), target);
  }

  void align(int position) {
    add(position, ALIGN, new Label());
  }

  void relax() {
    var lengths = new int[count];
    for (int i = 0; i < count; i++) {
      lengths[i] = opcodes[i] == CALL ? 5 : 2;
    }
    relax(lengths);
  }

  CodeBuffer merge(CodeBuffer code) {
    return merge(new CodeBuffer(), code, code.size());
  }

  @Override
  protected void copy(CodeBuffer to, CodeBuffer code, int from, int end) {
    to.bytes(code, from, end - from);
  }

  private void add(int position, int opcode, Label target) {
    if (count == positions.length) {
      positions = Arrays.copyOf(positions, count * 2);
      opcodes = Arrays.copyOf(opcodes, count * 2);
      targets = Arrays.copyOf(targets, count * 2);
    }
    positions[count] = position;
    opcodes[count] = opcode;
    targets[count++] = target;
  }

  @Override
  protected int lengthAt(int branch, int start, int length) {
    return opcodes[branch] == ALIGN ? -start & ALIGN_BYTES - 1 : length;
  }

  @Override
  protected int needed(int branch) {
    boolean isShort = length(branch) == 2 && opcodes[branch] != ALIGN;
    if (isShort && displacement(branch) != (byte) displacement(branch)) {
      return opcodes[branch] == JUMP ? 5 : 6;
    }
    return length(branch);
  }

  /** {@return the distance from the end of a branch to its target} */
  private int displacement(int i) {
    return offset(targets[i]) - (start(i) + length(i));
  }

  @Override
  protected void emit(CodeBuffer to, int i) {
    int opcode = opcodes[i];
    if (opcode == ALIGN) {
      Padding.emit(to, length(i));
      return;
    }
    if (length(i) == 2) {
      to.b1(opcode);
      to.b1(displacement(i));
      return;
    }
    switch (opcode) {
      case CALL -> to.b1(CALL);
      case JUMP -> to.b1(JUMP_LONG);
      default -> {
        int longForm = CONDITIONAL_LONG + opcode - CONDITIONAL;
        to.b1(longForm >> 8);
        to.b1(longForm);
      }
    }
    to.b4(displacement(i));
  }
}
