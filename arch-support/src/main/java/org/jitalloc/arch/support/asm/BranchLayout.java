package org.jitalloc.arch.support.asm;

/**
 * Where the branches of one piece of code stand and how long each is. An assembler keeps its
 * branches apart from its other code; this finds their lengths and puts both together. Positions
 * and lengths are in the units of that code.
 *
 * @param <B> the buffer of the code
 */
public abstract class BranchLayout<B> {
  /*
   * Relaxation begins with every branch in its shortest form and makes those longer that do not
   * reach. A branch never becomes shorter again, so it ends; rounds are few. Cost: one pass over
   * the branches a round.
   */
  /** The lengths of all branches before each. */
  private int[] shift = {0};

  /** For extension. */
  protected BranchLayout() {}

  /** {@return the number of branches} */
  public abstract int count();

  /**
   * Finds a branch.
   *
   * @param branch its index
   * @return its position in the code without branches
   */
  protected abstract int position(int branch);

  /**
   * Emits a branch in the length that it has.
   *
   * @param to where to
   * @param branch its index
   */
  protected abstract void emit(B to, int branch);

  /**
   * Copies code.
   *
   * @param to where it is appended
   * @param code the code without branches
   * @param from the first position
   * @param end the position behind the last
   */
  protected abstract void copy(B to, B code, int from, int end);

  /**
   * Gives the length of what depends on where it stands, such as padding.
   *
   * @param branch its index
   * @param start where it starts
   * @param length its length so far
   * @return its length
   */
  protected int lengthAt(int branch, int start, int length) {
    return length;
  }

  /**
   * Gives the length that a branch needs in the present layout.
   *
   * @param branch its index
   * @return its length, not shorter than it is
   */
  protected int needed(int branch) {
    return length(branch);
  }

  /**
   * Lays the branches out in given lengths.
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
   * Lays the branches out and makes them longer until each reaches.
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
   * Finds where a branch starts, once it is laid out.
   *
   * @param branch its index
   * @return its offset
   */
  protected final int start(int branch) {
    return position(branch) + shift[branch];
  }

  /**
   * Finds how long a branch is, once it is laid out.
   *
   * @param branch its index
   * @return its length
   */
  protected final int length(int branch) {
    return shift[branch + 1] - shift[branch];
  }

  /**
   * Finds a bound label, once the branches are laid out.
   *
   * @param label the label
   * @return its offset
   */
  public final int offset(Label label) {
    return label.position() + shift[label.branchesBefore()];
  }

  /**
   * Puts code and branches together.
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
