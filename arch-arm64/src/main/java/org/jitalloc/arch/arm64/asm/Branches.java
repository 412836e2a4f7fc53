package org.jitalloc.arch.arm64.asm;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jitalloc.arch.support.asm.Label;

/** The branches of one piece of code, in order, and how long each has to be. */
final class Branches {
  /*
   * The buffer holds no words for a branch; here stands where each belongs. Relaxation begins with every branch as one word
   * and makes those two that do not reach: the opposite branch over a B. A branch never becomes short again, so it ends.
   * B and BL reach 128 MiB and cannot grow; code beyond that is refused.
   * Cost: one pass over the branches a round; there is one round but for code of more than 1 MiB.
   */
  private static final int B = 0x14000000;
  private static final int BL = 0x94000000;

  /** The bits of a displacement in words: of B and BL, and of all the others. */
  private static final int FAR_BITS = 26;

  private static final int NEAR_BITS = 19;
  private static final int NEAR_SHIFT = 5;

  private final List<Branch> branches = new ArrayList<>();

  /** Words of all branches before each, once relaxed. */
  private int[] shift = {0};

  /**
   * One branch.
   *
   * @param opcode the instruction without its displacement
   * @param inverse the bit that turns its condition round, or 0 for B and BL
   */
  private record Branch(int position, int opcode, int inverse, Label target) {
    boolean isFar() {
      return inverse == 0;
    }
  }

  int count() {
    return branches.size();
  }

  void jump(int position, Label target) {
    branches.add(new Branch(position, B, 0, target));
  }

  void call(int position, Label target) {
    branches.add(new Branch(position, BL, 0, target));
  }

  void conditional(int position, int opcode, int inverse, Label target) {
    branches.add(new Branch(position, opcode, inverse, target));
  }

  /** The final offset of a bound label in words, once relaxed. */
  int offset(Label label) {
    return label.position() + shift[label.branchesBefore()];
  }

  void relax() {
    var lengths = new int[count()];
    Arrays.fill(lengths, 1);
    do {
      sumUp(lengths);
    } while (grow(lengths));
  }

  WordBuffer merge(WordBuffer code) {
    var merged = new WordBuffer();
    int from = 0;
    for (int i = 0; i < count(); i++) {
      merged.add(code, from, branches.get(i).position);
      from = branches.get(i).position;
      emit(merged, i);
    }
    merged.add(code, from, code.size());
    return merged;
  }

  private void sumUp(int[] lengths) {
    shift = new int[count() + 1];
    for (int i = 0; i < count(); i++) shift[i + 1] = shift[i] + lengths[i];
  }

  private boolean grow(int[] lengths) {
    boolean grown = false;
    for (int i = 0; i < count(); i++) {
      boolean reaches = branches.get(i).isFar() || fits(displacement(i, 0), NEAR_BITS);
      if (lengths[i] == 1 && !reaches) {
        lengths[i] = 2;
        grown = true;
      }
    }
    return grown;
  }

  /** From a word of a branch to the target. */
  private int displacement(int i, int word) {
    var branch = branches.get(i);
    return offset(branch.target) - (branch.position + shift[i] + word);
  }

  private void emit(WordBuffer to, int i) {
    var branch = branches.get(i);
    if (branch.isFar()) {
      to.add(far(branch.opcode, displacement(i, 0)));
    } else if (shift[i + 1] - shift[i] == 1) {
      to.add(near(branch.opcode, displacement(i, 0)));
    } else {
      to.add(near(branch.opcode ^ branch.inverse, 2));
      to.add(far(B, displacement(i, 1)));
    }
  }

  private static int near(int opcode, int words) {
    return opcode | (words & (1 << NEAR_BITS) - 1) << NEAR_SHIFT;
  }

  private static int far(int opcode, int words) {
    if (!fits(words, FAR_BITS)) {
      throw new IllegalStateException(
          "code is too long: a branch reaches 128 MiB: words=%d".formatted(words));
    }
    return opcode | words & (1 << FAR_BITS) - 1;
  }

  private static boolean fits(int value, int bits) {
    return value >> bits - 1 == value >> Integer.SIZE - 1;
  }
}
