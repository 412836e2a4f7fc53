package org.jitalloc.arch.s390.asm;

/** Operations on a register and a constant of 16 bits, by their mnemonics: format RI. */
public enum HalfOp {
  NILL(0xa57),
  LLIHH(0xa5c),
  LLIHL(0xa5d),
  LLILH(0xa5e),
  LLILL(0xa5f),
  TMLL(0xa71),
  LGHI(0xa79),
  AHI(0xa7a),
  AGHI(0xa7b),
  MHI(0xa7c),
  MGHI(0xa7d),
  CHI(0xa7e),
  CGHI(0xa7f);

  final int opcode;

  HalfOp(int opcode) {
    this.opcode = opcode;
  }

  /** {@return whether the constant is signed; else it is a bit pattern} */
  boolean isSigned() {
    return compareTo(TMLL) > 0;
  }
}
