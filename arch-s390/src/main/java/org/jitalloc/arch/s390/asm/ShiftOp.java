package org.jitalloc.arch.s390.asm;

/** Shifts of the lower half of a register, by their mnemonics: format RS. */
public enum ShiftOp {
  SRL(0x88),
  SLL(0x89),
  SRA(0x8a);

  final int opcode;

  ShiftOp(int opcode) {
    this.opcode = opcode;
  }
}
