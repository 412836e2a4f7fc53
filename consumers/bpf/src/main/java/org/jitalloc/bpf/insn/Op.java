package org.jitalloc.bpf.insn;

import org.jitalloc.arch.bpf.BpfInsn;

/** Names for the bits of an operation (RFC 9669, sections 3 to 5). */
public final class Op {

  // Classes: bits 0 to 2.
  public static final int LD = 0;
  public static final int LDX = 1;
  public static final int ST = 2;
  public static final int STX = 3;
  public static final int ALU = 4;
  public static final int JMP = 5;
  public static final int JMP32 = 6;
  public static final int ALU64 = 7;

  /** The bit of arithmetic and jumps that says that the second operand is a register. */
  public static final int X = 0x08;

  // Arithmetic: bits 4 to 7.
  public static final int ADD = 0x00;
  public static final int SUB = 0x10;
  public static final int MUL = 0x20;
  public static final int DIV = 0x30;
  public static final int OR = 0x40;
  public static final int AND = 0x50;
  public static final int LSH = 0x60;
  public static final int RSH = 0x70;
  public static final int NEG = 0x80;
  public static final int MOD = 0x90;
  public static final int XOR = 0xa0;
  public static final int MOV = 0xb0;
  public static final int ARSH = 0xc0;
  public static final int END = 0xd0;

  // Jumps: bits 4 to 7.
  public static final int JA = 0x00;
  public static final int JEQ = 0x10;
  public static final int JGT = 0x20;
  public static final int JGE = 0x30;
  public static final int JSET = 0x40;
  public static final int JNE = 0x50;
  public static final int JSGT = 0x60;
  public static final int JSGE = 0x70;
  public static final int JLT = 0xa0;
  public static final int JLE = 0xb0;
  public static final int JSLT = 0xc0;
  public static final int JSLE = 0xd0;

  // Whole operations.
  public static final int LDDW = 0x18;
  public static final int GOTO = 0x05;
  public static final int GOTOL = 0x06;
  public static final int CALL = 0x85;
  public static final int CALLX = 0x8d;
  public static final int EXIT = 0x95;
  public static final int LE = 0xd4;
  public static final int BE = 0xdc;
  public static final int BSWAP = 0xd7;

  // Modes of loads and stores: bits 5 to 7.
  public static final int MEM = 0x60;
  public static final int MEMSX = 0x80;
  public static final int ATOMIC = 0xc0;

  // Atomic operations: the constant. The others are ADD, OR, AND, XOR, with or without FETCH.
  public static final int FETCH = 0x01;
  public static final int XCHG = 0xe1;
  public static final int CMPXCHG = 0xf1;

  /** What src of a CALL says: a helper by its number, a function of the program. */
  public static final int CALL_HELPER = 0;

  public static final int CALL_LOCAL = 1;

  /** The register that points to the end of the stack. */
  public static final int FP = 10;

  private Op() {}

  /** What an arithmetic or jump operation does: bits 4 to 7. */
  public static int code(BpfInsn insn) {
    return insn.opcode() & 0xf0;
  }

  /** Whether the second operand of an arithmetic or jump operation is a register. */
  public static boolean isX(BpfInsn insn) {
    return (insn.opcode() & X) != 0;
  }

  /** The mode of a load or store. */
  public static int mode(BpfInsn insn) {
    return insn.opcode() & 0xe0;
  }

  /** How many bytes a load or store moves. */
  public static int bytes(BpfInsn insn) {
    return switch (insn.opcode() & 0x18) {
      case 0x00 -> 4;
      case 0x08 -> 2;
      case 0x10 -> 1;
      default -> 8;
    };
  }

  /** Whether the operation reads or writes memory. LDDW does not. */
  public static boolean isAccess(BpfInsn insn) {
    return insn.insnClass() >= LDX && insn.insnClass() <= STX;
  }

  /** The register that an access takes its address from. */
  public static int base(BpfInsn insn) {
    return insn.insnClass() == LDX ? insn.src() : insn.dst();
  }

  public static boolean isAtomic(BpfInsn insn) {
    return insn.insnClass() == STX && mode(insn) == ATOMIC;
  }

  public static boolean isJump(BpfInsn insn) {
    return switch (insn.insnClass()) {
      case JMP -> insn.opcode() != CALL && insn.opcode() != CALLX && insn.opcode() != EXIT;
      case JMP32 -> true;
      default -> false;
    };
  }

  public static boolean isLocalCall(BpfInsn insn) {
    return insn.opcode() == CALL && insn.src() == CALL_LOCAL;
  }

  /** Where a jump or local call leads, if it is taken: a long, as nothing was checked yet. */
  public static long target(BpfInsn insn, int index) {
    boolean byImm = insn.opcode() == GOTOL || insn.opcode() == CALL;
    return index + 1L + (byImm ? insn.imm() : insn.offset());
  }
}
