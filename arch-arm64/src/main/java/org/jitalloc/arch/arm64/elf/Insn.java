package org.jitalloc.arch.arm64.elf;

/** Immediate fields of instructions. */
final class Insn {
  private static final int MOVW_SIGN_BITS = 3 << 29;
  private static final int MOVZ = 2 << 29;

  private Insn() {}

  /** ADR and ADRP: the two low bits at 29, the others at 5. */
  static int adr(int insn, long value) {
    int immediate = (int) value & 0x1fffff;
    return insn & 0x9f00001f | (immediate & 3) << 29 | immediate >>> 2 << 5;
  }

  /** ADD, and loads and stores with an offset. */
  static int imm12(int insn, long value) {
    return insn & ~(0xfff << 10) | ((int) value & 0xfff) << 10;
  }

  static int imm14(int insn, long value) {
    return insn & ~(0x3fff << 5) | ((int) value & 0x3fff) << 5;
  }

  static int imm16(int insn, long value) {
    return insn & ~(0xffff << 5) | ((int) value & 0xffff) << 5;
  }

  static int imm19(int insn, long value) {
    return insn & ~(0x7ffff << 5) | ((int) value & 0x7ffff) << 5;
  }

  static int imm26(int insn, long value) {
    return insn & 0xfc000000 | (int) value & 0x3ffffff;
  }

  /** MOVZ of a group of 16 bits of a number, or MOVN of its complement if it is negative. */
  static int signedMove(int insn, long value, int shift) {
    int move = insn & ~MOVW_SIGN_BITS;
    return value < 0 ? imm16(move, ~value >> shift) : imm16(move | MOVZ, value >> shift);
  }
}
