package org.jitalloc.arch.arm64.asm;

/** Operations on two registers. */
public enum BinaryOp {
  /** Unsigned division; the result is 0 for a divisor of 0. */
  UDIV(0x1ac00800),
  /**
   * Signed division; the result is 0 for a divisor of 0, and the least number divided by -1 is
   * itself.
   */
  SDIV(0x1ac00c00),
  /** Shift to the left by the count modulo the width. */
  LSLV(0x1ac02000),
  /** Unsigned shift to the right. */
  LSRV(0x1ac02400),
  /** Signed shift to the right. */
  ASRV(0x1ac02800);

  final int opcode;

  BinaryOp(int opcode) {
    this.opcode = opcode;
  }
}
