package org.jitalloc.arch.x86.asm;

/**
 * The conditions of jumps, in the order of their numbers; each even one is followed by its inverse.
 */
public enum Cond {
  O,
  NO,
  B,
  AE,
  E,
  NE,
  BE,
  A,
  S,
  NS,
  P,
  NP,
  L,
  GE,
  LE,
  G;

  private static final Cond[] ALL = values();

  /** {@return the inverse condition} */
  public Cond negated() {
    return ALL[ordinal() ^ 1];
  }
}
