package org.jitalloc.arch.s390.asm;

/**
 * Comparisons of two registers, or of a register and a constant of 8 bits, with a branch in the
 * same instruction, by their mnemonics: formats RIE. If the branch does not reach, a comparison and
 * a branch are emitted.
 */
public enum CompareOp {
  CGRJ(0x64, RegOp.CGR),
  CLGRJ(0x65, RegOp.CLGR),
  CRJ(0x76, RegOp.CR),
  CLRJ(0x77, RegOp.CLR),
  CGIJ(0x7c, WordOp.CGFI),
  CLGIJ(0x7d, WordOp.CLGFI),
  CIJ(0x7e, WordOp.CFI),
  CLIJ(0x7f, WordOp.CLFI);

  final int opcode;

  /** The comparison without a branch: a {@link RegOp} or a {@link WordOp}. */
  final Enum<?> alone;

  CompareOp(int opcode, Enum<?> alone) {
    this.opcode = opcode;
    this.alone = alone;
  }

  boolean ofRegisters() {
    return alone instanceof RegOp;
  }
}
