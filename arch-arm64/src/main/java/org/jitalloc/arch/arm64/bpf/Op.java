package org.jitalloc.arch.arm64.bpf;

/** The numbers of RFC 9669 that the generator looks at. */
final class Op {
  static final int CLASS_LD = 0x00;
  static final int CLASS_LDX = 0x01;
  static final int CLASS_ST = 0x02;
  static final int CLASS_STX = 0x03;
  static final int CLASS_ALU = 0x04;
  static final int CLASS_JMP = 0x05;
  static final int CLASS_JMP32 = 0x06;
  static final int CLASS_ALU64 = 0x07;

  /** The source operand is a register, not the constant. */
  static final int X = 0x08;

  /** The operation of the arithmetic and jump classes. */
  static final int CODE_MASK = 0xf0;

  static final int ADD = 0x00;
  static final int SUB = 0x10;
  static final int MUL = 0x20;
  static final int DIV = 0x30;
  static final int OR = 0x40;
  static final int AND = 0x50;
  static final int LSH = 0x60;
  static final int RSH = 0x70;
  static final int NEG = 0x80;
  static final int MOD = 0x90;
  static final int XOR = 0xa0;
  static final int MOV = 0xb0;
  static final int ARSH = 0xc0;
  static final int END = 0xd0;

  static final int JA = 0x00;
  static final int JSET = 0x40;
  static final int CALL = 0x80;
  static final int EXIT = 0x90;

  /** Whole operations. */
  static final int LDDW = 0x18;

  static final int LDDW_SECOND = 0x00;
  static final int CALL_INSN = CLASS_JMP | CALL;
  static final int CALLX_INSN = CLASS_JMP | CALL | X;
  static final int EXIT_INSN = CLASS_JMP | EXIT;
  static final int JA_INSN = CLASS_JMP | JA;
  static final int JA32_INSN = CLASS_JMP32 | JA;

  /** In the source field of a call: a function of the program. */
  static final int LOCAL_CALL = 1;

  /** The mode of the load and store classes. */
  static final int MODE_MASK = 0xe0;

  static final int MODE_MEM = 0x60;
  static final int MODE_MEMSX = 0x80;
  static final int MODE_ATOMIC = 0xc0;

  /** In the constant of an atomic operation. */
  static final int FETCH = 0x01;

  static final int XCHG = 0xe1;
  static final int CMPXCHG = 0xf1;

  private Op() {}

  /** The length of what a load or store accesses, by its size bits. */
  static int accessBytes(int opcode) {
    return switch (opcode & 0x18) {
      case 0x00 -> 4;
      case 0x08 -> 2;
      case 0x10 -> 1;
      default -> 8;
    };
  }
}
