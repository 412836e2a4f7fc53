package org.jitalloc.arch.bpf;

import java.nio.ByteOrder;
import java.util.BitSet;
import java.util.List;

/**
 * The numbers of RFC 9669 for operations, and the properties of instructions that do not depend on
 * an architecture. The checker, the interpreter, the disassembler and the compilers use these
 * definitions, so that they agree.
 *
 * <p>An operation has its class in bits 0 to 2 (section 3.3). Arithmetic and jumps have the source
 * in bit 3 and the code in bits 4 to 7 (section 4); loads and stores the size in bits 3 and 4 and
 * the mode in bits 5 to 7 (section 5). So {@code ALU64 | ADD | X} is the operation of {@code r1 +=
 * r2}. The constants {@link #LDDW} to {@link #BSWAP} are whole operations.
 */
public final class BpfOp {

  // Classes: section 3.3.

  /** The class of loads of a constant: {@link #LDDW}. */
  public static final int LD = 0x00;

  /** The class of loads into a register. */
  public static final int LDX = 0x01;

  /** The class of stores of a constant. */
  public static final int ST = 0x02;

  /** The class of stores of a register, and of atomic operations. */
  public static final int STX = 0x03;

  /** The class of arithmetic on 32 bits. */
  public static final int ALU = 0x04;

  /** The class of jumps that compare 64 bits, of calls and of the exit. */
  public static final int JMP = 0x05;

  /** The class of jumps that compare 32 bits. */
  public static final int JMP32 = 0x06;

  /** The class of arithmetic on 64 bits. */
  public static final int ALU64 = 0x07;

  // Source and code of arithmetic and jumps: section 4.

  /** The source: the second operand is a register, not the constant. */
  public static final int X = 0x08;

  /** The bits of the code of arithmetic and jumps. */
  public static final int CODE_MASK = 0xf0;

  // Codes of arithmetic: sections 4.1 and 4.2.

  /** Addition; also, as the constant of an atomic operation. */
  public static final int ADD = 0x00;

  /** Subtraction. */
  public static final int SUB = 0x10;

  /** Multiplication. */
  public static final int MUL = 0x20;

  /** Division: unsigned with offset 0, signed with offset 1; the result is 0 for a divisor of 0. */
  public static final int DIV = 0x30;

  /** Bitwise or; also, as the constant of an atomic operation. */
  public static final int OR = 0x40;

  /** Bitwise and; also, as the constant of an atomic operation. */
  public static final int AND = 0x50;

  /** Shift to the left. */
  public static final int LSH = 0x60;

  /** Shift to the right that brings in zeros. */
  public static final int RSH = 0x70;

  /** Negation. */
  public static final int NEG = 0x80;

  /**
   * Remainder: unsigned with offset 0, signed with offset 1; the result is the dividend for a
   * divisor of 0.
   */
  public static final int MOD = 0x90;

  /** Bitwise exclusive or; also, as the constant of an atomic operation. */
  public static final int XOR = 0xa0;

  /** Move; of a register with an offset other than 0: sign extension of that many bits. */
  public static final int MOV = 0xb0;

  /** Shift to the right that keeps the sign. */
  public static final int ARSH = 0xc0;

  /** Change of the byte order: {@link #LE}, {@link #BE} and {@link #BSWAP}. */
  public static final int END = 0xd0;

  // Codes of jumps: section 4.3. CALL and EXIT stand among them, as whole operations below.

  /** Jump always: {@link #GOTO} and {@link #GOTOL}. */
  public static final int JA = 0x00;

  /** Jump if equal. */
  public static final int JEQ = 0x10;

  /** Jump if greater, unsigned. */
  public static final int JGT = 0x20;

  /** Jump if greater or equal, unsigned. */
  public static final int JGE = 0x30;

  /** Jump if the operands have a bit in common. */
  public static final int JSET = 0x40;

  /** Jump if not equal. */
  public static final int JNE = 0x50;

  /** Jump if greater, signed. */
  public static final int JSGT = 0x60;

  /** Jump if greater or equal, signed. */
  public static final int JSGE = 0x70;

  /** Jump if less, unsigned. */
  public static final int JLT = 0xa0;

  /** Jump if less or equal, unsigned. */
  public static final int JLE = 0xb0;

  /** Jump if less, signed. */
  public static final int JSLT = 0xc0;

  /** Jump if less or equal, signed. */
  public static final int JSLE = 0xd0;

  // Whole operations: sections 4.2, 4.3 and 5.4.

  /** Load of a constant of 64 bits: a wide instruction, of two. */
  public static final int LDDW = 0x18;

  /** The opcode in the second half of a wide instruction. */
  public static final int LDDW_SECOND = 0x00;

  /** Jump always, by offset. */
  public static final int GOTO = JMP | JA;

  /** Jump always, by imm. */
  public static final int GOTOL = JMP32 | JA;

  /** Call by imm; its src is {@link #CALL_HELPER} or {@link #CALL_LOCAL}. */
  public static final int CALL = 0x85;

  /** Call of the helper whose number is in dst. */
  public static final int CALLX = CALL | X;

  /** Return from a function. */
  public static final int EXIT = 0x95;

  /** Conversion between the program's byte order and little-endian. */
  public static final int LE = ALU | END;

  /** Conversion between the program's byte order and big-endian. */
  public static final int BE = ALU | END | X;

  /** Reversal of the bytes, independent of the byte order of the machine. */
  public static final int BSWAP = ALU64 | END;

  // src of a CALL: section 4.3.

  /** In src of a {@link #CALL}: the constant is the number of a helper. */
  public static final int CALL_HELPER = 0;

  /** In src of a {@link #CALL}: the constant is the distance to a function of the program. */
  public static final int CALL_LOCAL = 1;

  // Modes of loads and stores: sections 5.1 to 5.3.

  /** The mode of plain loads and stores. */
  public static final int MEM = 0x60;

  /** The mode of sign-extending loads. */
  public static final int MEMSX = 0x80;

  /** The mode of atomic operations. */
  public static final int ATOMIC = 0xc0;

  // The constant of an atomic operation: section 5.3. The others are ADD, OR, AND and XOR, with or
  // without FETCH.

  /** In the constant of an atomic operation: src receives the old value. */
  public static final int FETCH = 0x01;

  /** The constant of an atomic exchange; includes {@link #FETCH}. */
  public static final int XCHG = 0xe0 | FETCH;

  /**
   * The constant of an atomic exchange if the value there equals r0; includes {@link #FETCH}, but
   * it is r0 that receives the value.
   */
  public static final int CMPXCHG = 0xf0 | FETCH;

  /** The register that points to the end of the stack and is never written. */
  public static final int FP = 10;

  private static final int MODE_MASK = 0xe0;
  private static final int SIZE_MASK = 0x18;

  private BpfOp() {}

  /**
   * Returns the operation of arithmetic, or the comparison of a jump.
   *
   * @param insn an arithmetic instruction or a jump
   * @return one of {@link #ADD} to {@link #END} or of {@link #JA} to {@link #JSLE}
   */
  public static int code(BpfInsn insn) {
    return insn.opcode() & CODE_MASK;
  }

  /**
   * Tests whether the second operand is a register.
   *
   * @param insn an arithmetic instruction or a jump
   * @return whether it is src, not imm
   */
  public static boolean isX(BpfInsn insn) {
    return (insn.opcode() & X) != 0;
  }

  /**
   * Returns the mode of a memory access.
   *
   * @param insn a load or store
   * @return {@link #MEM}, {@link #MEMSX} or {@link #ATOMIC}
   */
  public static int mode(BpfInsn insn) {
    return insn.opcode() & MODE_MASK;
  }

  /**
   * Returns the number of bytes that are accessed.
   *
   * @param insn a load or store
   * @return 1, 2, 4 or 8
   */
  public static int accessBytes(BpfInsn insn) {
    return switch (insn.opcode() & SIZE_MASK) {
      case 0x00 -> 4;
      case 0x08 -> 2;
      case 0x10 -> 1;
      default -> 8;
    };
  }

  /**
   * Tests whether a conversion of the byte order reverses bytes; else it only truncates.
   *
   * @param insn {@link #LE}, {@link #BE} or {@link #BSWAP}
   * @param order the byte order of the program
   * @return whether it reverses the bytes of the value
   */
  public static boolean reverses(BpfInsn insn, ByteOrder order) {
    int toOwnOrder = order == ByteOrder.LITTLE_ENDIAN ? LE : BE;
    return insn.opcode() != toOwnOrder;
  }

  /**
   * Tests whether an instruction reads or writes memory. LDDW does not.
   *
   * @param insn any instruction
   * @return whether it is a load, a store or an atomic operation
   */
  public static boolean isAccess(BpfInsn insn) {
    return insn.insnClass() >= LDX && insn.insnClass() <= STX;
  }

  /**
   * Returns the base register of an access.
   *
   * @param insn a load or store
   * @return its number
   */
  public static int base(BpfInsn insn) {
    return insn.insnClass() == LDX ? insn.src() : insn.dst();
  }

  /**
   * Tests whether an instruction is an atomic operation.
   *
   * @param insn any instruction
   * @return whether its constant is an atomic operation
   */
  public static boolean isAtomic(BpfInsn insn) {
    return insn.insnClass() == STX && mode(insn) == ATOMIC;
  }

  /**
   * Tests whether an instruction is a jump inside its function. Calls and the exit are not jumps.
   *
   * @param insn any instruction
   * @return whether it has a {@link #target}
   */
  public static boolean isJump(BpfInsn insn) {
    boolean jumps = insn.insnClass() == JMP || insn.insnClass() == JMP32;
    return jumps && code(insn) != (CALL & CODE_MASK) && code(insn) != (EXIT & CODE_MASK);
  }

  /**
   * Tests whether an instruction is an unconditional jump.
   *
   * @param insn any instruction
   * @return whether it never falls through to the next one
   */
  public static boolean isUnconditional(BpfInsn insn) {
    return insn.opcode() == GOTO || insn.opcode() == GOTOL;
  }

  /**
   * Tests whether an instruction calls a function of the program.
   *
   * @param insn any instruction
   * @return whether it does
   */
  public static boolean isLocalCall(BpfInsn insn) {
    return insn.opcode() == CALL && insn.src() == CALL_LOCAL;
  }

  /**
   * Tests whether an instruction calls a helper, by number or by register.
   *
   * @param insn any instruction
   * @return whether it does
   */
  public static boolean isHelperCall(BpfInsn insn) {
    return insn.opcode() == CALLX || insn.opcode() == CALL && !isLocalCall(insn);
  }

  /**
   * Returns the instructions at which a run can be stopped: the targets of backward jumps and of
   * local calls. Between two of them, a run executes fewer instructions than the program has,
   * besides helpers.
   *
   * @param insns a checked program
   * @return the indices of these instructions
   */
  public static BitSet pollPoints(List<BpfInsn> insns) {
    var points = new BitSet(insns.size());
    for (int i = 0; i < insns.size(); i++) {
      BpfInsn insn = insns.get(i);
      if (isLocalCall(insn) || isJump(insn) && target(insn, i) <= i) {
        points.set((int) target(insn, i));
      }
    }
    return points;
  }

  /**
   * Returns the target of a jump or local call.
   *
   * @param insn a jump or local call
   * @param index the index of the instruction
   * @return the index of the target; a long, because that of an unchecked program may have any
   *     value
   */
  public static long target(BpfInsn insn, int index) {
    boolean byImm = insn.opcode() == GOTOL || insn.opcode() == CALL;
    return index + 1L + (byImm ? insn.imm() : insn.offset());
  }
}
