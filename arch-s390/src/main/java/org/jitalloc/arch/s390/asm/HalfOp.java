package org.jitalloc.arch.s390.asm;

/** Operations on a register and a constant of 16 bits, by their mnemonics: format RI. */
public enum HalfOp {
  TMLL(0xa71),
  LGHI(0xa79),
  AGHI(0xa7b),
  CHI(0xa7e),
  CGHI(0xa7f);

  final int opcode;

  HalfOp(int opcode) {
    this.opcode = opcode;
  }
}
