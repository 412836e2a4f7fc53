package org.jitalloc.arch.s390.asm;

/** Operations on two registers, by their mnemonics: formats RR (two bytes) and RRE (four). */
public enum RegOp {
  BASR(0x0d),
  LTR(0x12),
  LCR(0x13),
  NR(0x14),
  CLR(0x15),
  OR(0x16),
  XR(0x17),
  LR(0x18),
  CR(0x19),
  AR(0x1a),
  SR(0x1b),
  MSR(0xb252),
  LTGR(0xb902),
  LCGR(0xb903),
  LGR(0xb904),
  LGBR(0xb906),
  LGHR(0xb907),
  AGR(0xb908),
  SGR(0xb909),
  MSGR(0xb90c),
  DSGR(0xb90d),
  LRVGR(0xb90f),
  LGFR(0xb914),
  LLGFR(0xb916),
  DSGFR(0xb91d),
  LRVR(0xb91f),
  CGR(0xb920),
  CLGR(0xb921),
  NGR(0xb980),
  OGR(0xb981),
  XGR(0xb982),
  LLGHR(0xb985),
  DLGR(0xb987),
  DLR(0xb997);

  final int opcode;

  RegOp(int opcode) {
    this.opcode = opcode;
  }

  /** {@return whether the instruction has two bytes; else it has four} */
  boolean isShort() {
    return opcode <= 0xff;
  }

  /** {@return whether the first operand is a pair of registers, whose number must be even} */
  boolean isPair() {
    return this == DSGR || this == DSGFR || this == DLGR || this == DLR;
  }
}
