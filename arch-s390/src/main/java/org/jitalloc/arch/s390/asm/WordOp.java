package org.jitalloc.arch.s390.asm;

/** Operations on a register and a constant of 32 bits, by their mnemonics: format RIL. */
public enum WordOp {
  LGFI(0xc01),
  XIHF(0xc06),
  XILF(0xc07),
  IIHF(0xc08),
  IILF(0xc09),
  NIHF(0xc0a),
  NILF(0xc0b),
  OIHF(0xc0c),
  OILF(0xc0d),
  LLIHF(0xc0e),
  LLILF(0xc0f),
  MSGFI(0xc20),
  MSFI(0xc21),
  AGFI(0xc28),
  AFI(0xc29),
  CGFI(0xc2c),
  CFI(0xc2d),
  CLGFI(0xc2e),
  CLFI(0xc2f);

  final int opcode;

  WordOp(int opcode) {
    this.opcode = opcode;
  }

  /** {@return whether the constant is signed; else it is a bit pattern} */
  boolean isSigned() {
    return switch (this) {
      case LGFI, MSGFI, MSFI, AGFI, AFI, CGFI, CFI -> true;
      default -> false;
    };
  }
}
