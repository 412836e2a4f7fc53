package org.jitalloc.arch.arm64.asm;

/** Operations on memory of the Large System Extensions, all with acquire and release. */
public enum AtomicOp {
  LDADDAL(0x38e00000),
  /** Clears the bits that are set in the register. */
  LDCLRAL(0x38e01000),
  LDEORAL(0x38e02000),
  LDSETAL(0x38e03000),
  SWPAL(0x38e08000);

  final int opcode;

  AtomicOp(int opcode) {
    this.opcode = opcode;
  }
}
