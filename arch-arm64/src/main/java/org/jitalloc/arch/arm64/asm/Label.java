package org.jitalloc.arch.arm64.asm;

/** A place in the code of one {@link Assembler}, to be bound once. */
public final class Label {
  /** Where it is in the buffer, which has no room for branches, in words; -1 until it is bound. */
  int position = -1;

  /** How many branches stand before it. */
  int branchesBefore;

  /** {@return whether it has a place} */
  public boolean bound() {
    return position >= 0;
  }
}
