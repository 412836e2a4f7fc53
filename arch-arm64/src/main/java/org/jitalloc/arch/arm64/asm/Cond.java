package org.jitalloc.arch.arm64.asm;

/** The conditions of branches, in the order of the encoding; HS to LS compare unsigned. */
public enum Cond {
  EQ,
  NE,
  HS,
  LO,
  MI,
  PL,
  VS,
  VC,
  HI,
  LS,
  GE,
  LT,
  GT,
  LE;

  private static final Cond[] ALL = values();

  /** {@return the inverse condition} */
  public Cond negated() {
    return ALL[ordinal() ^ 1];
  }
}
