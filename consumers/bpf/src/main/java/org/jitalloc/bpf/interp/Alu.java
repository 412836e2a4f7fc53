package org.jitalloc.bpf.interp;

import org.jitalloc.bpf.insn.Op;

/**
 * Arithmetic and conditions of RFC 9669. Results of 32 bits come back as longs that are not
 * negative.
 */
final class Alu {

  /** Added to DIV and MOD for the signed ones. */
  static final int SIGNED = 0x100;

  /** The sign-extending moves: this plus the width in bits. */
  static final int MOVSX = 0x200;

  private Alu() {}

  static long alu64(int op, long a, long b) {
    return switch (op) {
      case Op.ADD -> a + b;
      case Op.SUB -> a - b;
      case Op.MUL -> a * b;
      case Op.DIV -> b == 0 ? 0 : Long.divideUnsigned(a, b);
      case Op.MOD -> b == 0 ? a : Long.remainderUnsigned(a, b);
      case Op.DIV | SIGNED -> b == 0 ? 0 : a / b;
      case Op.MOD | SIGNED -> b == 0 ? a : a % b;
      case Op.OR -> a | b;
      case Op.AND -> a & b;
      case Op.XOR -> a ^ b;
      case Op.LSH -> a << b;
      case Op.RSH -> a >>> b;
      case Op.ARSH -> a >> b;
      case Op.NEG -> -a;
      case Op.MOV -> b;
      case MOVSX + 8 -> (byte) b;
      case MOVSX + 16 -> (short) b;
      case MOVSX + 32 -> (int) b;
      default -> throw new AssertionError("unchecked operation " + op);
    };
  }

  static long alu32(int op, int a, int b) {
    int result =
        switch (op) {
          case Op.ADD -> a + b;
          case Op.SUB -> a - b;
          case Op.MUL -> a * b;
          case Op.DIV -> b == 0 ? 0 : Integer.divideUnsigned(a, b);
          case Op.MOD -> b == 0 ? a : Integer.remainderUnsigned(a, b);
          case Op.DIV | SIGNED -> b == 0 ? 0 : a / b;
          case Op.MOD | SIGNED -> b == 0 ? a : a % b;
          case Op.OR -> a | b;
          case Op.AND -> a & b;
          case Op.XOR -> a ^ b;
          case Op.LSH -> a << b;
          case Op.RSH -> a >>> b;
          case Op.ARSH -> a >> b;
          case Op.NEG -> -a;
          case Op.MOV -> b;
          case MOVSX + 8 -> (byte) b;
          case MOVSX + 16 -> (short) b;
          default -> throw new AssertionError("unchecked operation " + op);
        };
    return result & 0xffff_ffffL;
  }

  /** Cuts a value off; memory being little-endian, that is all there is to it. */
  static long toLittleEndian(long value, long bits) {
    return switch ((int) bits) {
      case 16 -> value & 0xffff;
      case 32 -> value & 0xffff_ffffL;
      default -> value;
    };
  }

  static long swap(long value, long bits) {
    return Long.reverseBytes(value) >>> (64 - bits);
  }

  /** Whether a condition holds; for 32 bits, between values whose sign was extended. */
  static boolean holds(int op, long a, long b) {
    return switch (op) {
      case Op.JA -> true;
      case Op.JEQ -> a == b;
      case Op.JNE -> a != b;
      case Op.JSET -> (a & b) != 0;
      case Op.JGT -> Long.compareUnsigned(a, b) > 0;
      case Op.JGE -> Long.compareUnsigned(a, b) >= 0;
      case Op.JLT -> Long.compareUnsigned(a, b) < 0;
      case Op.JLE -> Long.compareUnsigned(a, b) <= 0;
      case Op.JSGT -> a > b;
      case Op.JSGE -> a >= b;
      case Op.JSLT -> a < b;
      case Op.JSLE -> a <= b;
      default -> throw new AssertionError("unchecked condition " + op);
    };
  }
}
