package org.jitalloc.arch.arm64.asm;

/**
 * The general registers. SP and ZR share a number; the instruction determines which of them it is.
 */
public enum Reg {
  X0,
  X1,
  X2,
  X3,
  X4,
  X5,
  X6,
  X7,
  X8,
  X9,
  X10,
  X11,
  X12,
  X13,
  X14,
  X15,
  X16,
  X17,
  X18,
  X19,
  X20,
  X21,
  X22,
  X23,
  X24,
  X25,
  X26,
  X27,
  X28,
  /** The frame pointer. */
  X29,
  /** The link register. */
  X30,
  /** The stack pointer. */
  SP,
  /** The zero register: it reads as zero and ignores writes. */
  ZR;

  private static final int SP_OR_ZR = 31;

  int number() {
    return Math.min(ordinal(), SP_OR_ZR);
  }
}
