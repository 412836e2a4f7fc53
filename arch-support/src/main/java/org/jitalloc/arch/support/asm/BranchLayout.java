package org.jitalloc.arch.support.asm;

/**
 * The positions and lengths of the branches of one piece of code (branch relaxation). An assembler
 * keeps its branches apart from its other code; this class computes their lengths and merges both.
 * Positions and lengths are in the units of the code.
 *
 * @param <B> the buffer of the code
 */
public abstract class BranchLayout<B> {
  /*
   * Relaxation begins with the shortest form of every branch, and lengthens the branches that do
   * not reach their targets. A branch is never shortened, so the rounds end, and they are few. The
   * cost of a round is one pass over the branches.
   */
  /** The sum of the lengths of all branches before each. */
  private int[] shift = {0};

  /** For subclasses. */
  protected BranchLayout() {}

  /** {@return the number of branches} */
  public abstract int count();

  /**
   * Returns the position of a branch.
   *
   * @param branch its index
   * @return its position in the code without branches
   */
  protected abstract int position(int branch);

  /**
   * Emits a branch in its present length.
   *
   * @param to the buffer
   * @param branch its index
   */
  protected abstract void emit(B to, int branch);

  /**
   * Copies code.
   *
   * @param to the buffer to which it is appended
   * @param code the code without branches
   * @param from the first position
   * @param end the position after the last
   */
  protected abstract void copy(B to, B code, int from, int end);

  /**
   * Returns a length that depends on the position, such as that of padding.
   *
   * @param branch its index
   * @param start its start
   * @param length its present length
   * @return its length
   */
  protected int lengthAt(int branch, int start, int length) {
    return length;
  }

  /**
   * Returns the length that a branch needs in the present layout.
   *
   * @param branch its index
   * @return its length, at least the present one
   */
  protected int needed(int branch) {
    return length(branch);
  }

  /**
   * Lays the branches out with given lengths.
   *
   * @param lengths the length of each
   */
  protected final void layOut(int[] lengths) {
    shift = new int[lengths.length + 1];
    for (int i = 0; i < lengths.length; i++) {
      lengths[i] = lengthAt(i, start(i), lengths[i]);
      shift[i + 1] = shift[i] + lengths[i];
    }
  }

  /**
   * Lays the branches out and lengthens them until each reaches its target.
   *
   * @param lengths the least length of each
   */
  protected final void relax(int[] lengths) {
    do {
      layOut(lengths);
    } while (grow(lengths));
  }

  private boolean grow(int[] lengths) {
    boolean grown = false;
    for (int i = 0; i < lengths.length; i++) {
      int needed = needed(i);
      grown |= needed != lengths[i];
      lengths[i] = needed;
    }
    return grown;
  }

  /**
   * Returns the start of a branch after the layout.
   *
   * @param branch its index
   * @return its offset
   */
  protected final int start(int branch) {
    return position(branch) + shift[branch];
  }

  /**
   * Returns the length of a branch after the layout.
   *
   * @param branch its index
   * @return its length
   */
  protected final int length(int branch) {
    return shift[branch + 1] - shift[branch];
  }

  /**
   * Returns the offset of a bound label after the layout.
   *
   * @param label the label
   * @return its offset
   */
  public final int offset(Label label) {
    return label.position() + shift[label.branchesBefore()];
  }

  /**
   * Merges code and branches.
   *
   * @param merged an empty buffer
   * @param code the code without branches
   * @param size its length
   * @return the buffer
   */
  protected final B merge(B merged, B code, int size) {
    int from = 0;
    for (int i = 0; i < count(); i++) {
      copy(merged, code, from, position(i));
      from = position(i);
      emit(merged, i);
    }
    copy(merged, code, from, size);
    return merged;
  }
}
