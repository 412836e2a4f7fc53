package org.jitalloc.arch.arm64.asm;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jitalloc.arch.support.asm.BranchLayout;
import org.jitalloc.arch.support.asm.Label;

/** The branches of one piece of code, in order, with their lengths. */
final class Branches extends BranchLayout<WordBuffer> {
  /*
   * A conditional branch that does not reach becomes the inverse branch over a B. B and BL reach
   * 128 MiB and have one length; a longer distance is refused. Only code of more than 1 MiB needs
   * more than one round of relaxation.
   */
  private static final int B = 0x14000000;
  private static final int BL = 0x94000000;

  /** The bits of a displacement in words: of B and BL, and of all the others. */
  private static final int FAR_BITS = 26;

  private static final int NEAR_BITS = 19;
  private static final int NEAR_SHIFT = 5;

  private final List<Branch> branches = new ArrayList<>();

  /**
   * One branch.
   *
   * @param opcode the instruction without its displacement
   * @param inverse the bit that inverts its condition, or 0 for B and BL
   */
  private record Branch(int position, int opcode, int inverse, Label target) {
    boolean isFar() {
      return inverse == 0;
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

  void jump(int position, Label target) {
    branches.add(new Branch(position, B, 0, target));
  }

  void call(int position, Label target) {
    branches.add(new Branch(position, BL, 0, target));
  }

  void conditional(int position, int opcode, int inverse, Label target) {
    branches.add(new Branch(position, opcode, inverse, target));
  }

  void relax() {
    var lengths = new int[count()];
    Arrays.fill(lengths, 1);
    relax(lengths);
  }

  WordBuffer merge(WordBuffer code) {
    return merge(new WordBuffer(), code, code.size());
  }

  @Override
  protected void copy(WordBuffer to, WordBuffer code, int from, int end) {
    to.add(code, from, end);
  }

  @Override
  protected int needed(int branch) {
    boolean reaches = branches.get(branch).isFar() || fits(displacement(branch, 0), NEAR_BITS);
    return reaches ? length(branch) : 2;
  }

  /** {@return the distance from a word of a branch to the target} */
  private int displacement(int i, int word) {
    return offset(branches.get(i).target) - (start(i) + word);
  }

  @Override
  protected void emit(WordBuffer to, int i) {
    var branch = branches.get(i);
    if (branch.isFar()) {
      to.add(far(branch.opcode, displacement(i, 0)));
    } else if (length(i) == 1) {
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
