package org.jitalloc.arch.x86.asm;

import java.util.Arrays;
import org.jitalloc.arch.support.asm.Label;

/** The branches and gaps of one piece of code, in order, and how long each has to be. */
final class Branches {
  /*
   * The buffer holds no bytes for a branch; here stands where each belongs. Relaxation begins with every branch in its
   * short form and makes those long that do not reach. A branch never becomes short again, so it ends, and each
   * branch that stayed long had to: with all the others as short as they can be, it does not reach (gaps may
   * shrink when branches grow, so where there are gaps that is only nearly so).
   * Cost: one pass over the branches a round; rounds are few (2 or 3 in practice).
   */
  private static final int CALL = 0xe8;
  private static final int JUMP = 0xeb;
  private static final int JUMP_LONG = 0xe9;
  private static final int CONDITIONAL = 0x70;
  private static final int CONDITIONAL_LONG = 0x0f80;

  /**
   * No branch: room up to the next multiple of {@link #ALIGN_BYTES}, which depends on the branches
   * before it.
   */
  private static final int ALIGN = 0;

  static final int ALIGN_BYTES = 32;

  private int count;
  private int[] positions = new int[16];
  private int[] opcodes = new int[16];
  private Label[] targets = new Label[16];

  /** Length of all branches before each, once relaxed. */
  private int[] shift = {0};

  int count() {
    return count;
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

  /** The final offset of a bound label, once relaxed. */
  int offset(Label label) {
    return label.position() + shift[label.branchesBefore()];
  }

  void relax() {
    var lengths = new int[count];
    for (int i = 0; i < count; i++) lengths[i] = opcodes[i] == CALL ? 5 : 2;
    do {
      sumUp(lengths);
    } while (grow(lengths));
  }

  CodeBuffer merge(CodeBuffer code) {
    var merged = new CodeBuffer();
    int from = 0;
    for (int i = 0; i < count; i++) {
      merged.bytes(code, from, positions[i] - from);
      from = positions[i];
      emit(merged, i);
    }
    merged.bytes(code, from, code.size() - from);
    return merged;
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

  private void sumUp(int[] lengths) {
    shift = new int[count + 1];
    for (int i = 0; i < count; i++) {
      if (opcodes[i] == ALIGN) lengths[i] = -(positions[i] + shift[i]) & ALIGN_BYTES - 1;
      shift[i + 1] = shift[i] + lengths[i];
    }
  }

  private boolean grow(int[] lengths) {
    boolean grown = false;
    for (int i = 0; i < count; i++) {
      boolean isShort = lengths[i] == 2 && opcodes[i] != ALIGN;
      if (isShort && displacement(i) != (byte) displacement(i)) {
        lengths[i] = opcodes[i] == JUMP ? 5 : 6;
        grown = true;
      }
    }
    return grown;
  }

  /** From the end of a branch to its target. */
  private int displacement(int i) {
    return offset(targets[i]) - (positions[i] + shift[i + 1]);
  }

  private void emit(CodeBuffer to, int i) {
    int opcode = opcodes[i];
    if (opcode == ALIGN) {
      Padding.emit(to, shift[i + 1] - shift[i]);
      return;
    }
    if (shift[i + 1] - shift[i] == 2) {
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
