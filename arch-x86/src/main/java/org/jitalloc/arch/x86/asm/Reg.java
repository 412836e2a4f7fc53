package org.jitalloc.arch.x86.asm;

/** The general registers, in the order of their numbers. */
public enum Reg {
  RAX,
  RCX,
  RDX,
  RBX,
  RSP,
  RBP,
  RSI,
  RDI,
  R8,
  R9,
  R10,
  R11,
  R12,
  R13,
  R14,
  R15;

  /** {@return the low three bits of the number, for a ModRM or SIB field} */
  int low() {
    return ordinal() & 7;
  }

  /** {@return the high bit of the number, for a REX or VEX prefix: 0 or 1} */
  int high() {
    return ordinal() >> 3;
  }
}
