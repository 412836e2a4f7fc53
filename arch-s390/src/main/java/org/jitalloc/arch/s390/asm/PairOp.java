package org.jitalloc.arch.s390.asm;

/**
 * Operations on two registers and an address, by their mnemonics: format RSY. LMG and STMG mean all
 * registers between the two; of shifts, the lowest six bits of the address are the count.
 */
public enum PairOp {
  LMG(0xeb04),
  SRAG(0xeb0a),
  SRLG(0xeb0c),
  SLLG(0xeb0d),
  CSY(0xeb14),
  STMG(0xeb24),
  CSG(0xeb30);

  final int opcode;

  PairOp(int opcode) {
    this.opcode = opcode;
  }
}
