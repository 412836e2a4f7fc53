package org.jitalloc.arch.support.asm;

/**
 * A position in the code of one assembler, which is bound once.
 *
 * <p>While code is being written, the lengths of its branches are not known. So an assembler keeps
 * its branches apart from the other code. A label has the position in the other code, and the
 * number of branches before it.
 */
public final class Label {
  private int position = -1;
  private int branchesBefore;

  /** Creates an unbound label. */
  public Label() {}

  /** {@return whether it is bound} */
  public boolean bound() {
    return position >= 0;
  }

  /**
   * Binds the label.
   *
   * @param newPosition the position in the code without branches, in the units of that code
   * @param newBranchesBefore the number of branches before it
   * @throws IllegalStateException if it is bound
   */
  public void bind(int newPosition, int newBranchesBefore) {
    if (bound()) {
      throw new IllegalStateException("label has a place already");
    }
    position = newPosition;
    branchesBefore = newBranchesBefore;
  }

  /**
   * {@return the position in the code without branches}
   *
   * @throws IllegalStateException if it is not bound
   */
  public int position() {
    if (!bound()) {
      throw new IllegalStateException("label is used but has no place");
    }
    return position;
  }

  /** {@return the number of branches before it} */
  public int branchesBefore() {
    return branchesBefore;
  }
}
