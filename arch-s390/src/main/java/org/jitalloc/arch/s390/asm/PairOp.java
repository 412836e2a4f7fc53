package org.jitalloc.arch.s390.asm;

/**
 * Operations on two registers and an address, by their mnemonics: format RSY. LMG and STMG apply to
 * all registers from the first to the second; the count of shifts is the lowest six bits of the
 * address. LAA and similar load the first register from memory and change memory by the second,
 * atomically.
 */
public enum PairOp {
  LMG(0xeb04),
  SRAG(0xeb0a),
  SRLG(0xeb0c),
  SLLG(0xeb0d),
  CSY(0xeb14),
  RLLG(0xeb1c),
  RLL(0xeb1d),
  STMG(0xeb24),
  CSG(0xeb30),
  LANG(0xebe4),
  LAOG(0xebe6),
  LAXG(0xebe7),
  LAAG(0xebe8),
  LAN(0xebf4),
  LAO(0xebf6),
  LAX(0xebf7),
  LAA(0xebf8);

  final int opcode;

  PairOp(int opcode) {
    this.opcode = opcode;
  }
}
