package org.jitalloc.arch.support.asm;

/**
 * A place in the code of one assembler, to be bound once.
 *
 * <p>While code is being written, the lengths of its branches are not known. So an assembler keeps
 * its branches apart from the other code, and a label is where it stands in that other code, and
 * how many branches stand before it.
 */
public final class Label {
  private int position = -1;
  private int branchesBefore;

  /** Makes a label without a place. */
  public Label() {}

  /** {@return whether it has a place} */
  public boolean bound() {
    return position >= 0;
  }

  /**
   * Gives it its place.
   *
   * @param newPosition where it stands in the code without its branches, in the units of that code
   * @param newBranchesBefore how many branches stand before it
   * @throws IllegalStateException if it has a place
   */
  public void bind(int newPosition, int newBranchesBefore) {
    if (bound()) {
      throw new IllegalStateException("label has a place already");
    }
    position = newPosition;
    branchesBefore = newBranchesBefore;
  }

  /**
   * {@return where it stands in the code without its branches}
   *
   * @throws IllegalStateException if it has no place
   */
  public int position() {
    if (!bound()) {
      throw new IllegalStateException("label is used but has no place");
    }
    return position;
  }

  /** {@return how many branches stand before it} */
  public int branchesBefore() {
    return branchesBefore;
  }
}
