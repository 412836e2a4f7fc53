package org.jitalloc.bpf.interp;

import org.jitalloc.arch.bpf.BpfOp;

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
      case BpfOp.ADD -> a + b;
      case BpfOp.SUB -> a - b;
      case BpfOp.MUL -> a * b;
      case BpfOp.DIV -> b == 0 ? 0 : Long.divideUnsigned(a, b);
      case BpfOp.MOD -> b == 0 ? a : Long.remainderUnsigned(a, b);
      case BpfOp.DIV | SIGNED -> b == 0 ? 0 : a / b;
      case BpfOp.MOD | SIGNED -> b == 0 ? a : a % b;
      case BpfOp.OR -> a | b;
      case BpfOp.AND -> a & b;
      case BpfOp.XOR -> a ^ b;
      case BpfOp.LSH -> a << b;
      case BpfOp.RSH -> a >>> b;
      case BpfOp.ARSH -> a >> b;
      case BpfOp.NEG -> -a;
      case BpfOp.MOV -> b;
      case MOVSX + 8 -> (byte) b;
      case MOVSX + 16 -> (short) b;
      case MOVSX + 32 -> (int) b;
      default -> throw new AssertionError("unchecked operation " + op);
    };
  }

  static long alu32(int op, int a, int b) {
    int result =
        switch (op) {
          case BpfOp.ADD -> a + b;
          case BpfOp.SUB -> a - b;
          case BpfOp.MUL -> a * b;
          case BpfOp.DIV -> b == 0 ? 0 : Integer.divideUnsigned(a, b);
          case BpfOp.MOD -> b == 0 ? a : Integer.remainderUnsigned(a, b);
          case BpfOp.DIV | SIGNED -> b == 0 ? 0 : a / b;
          case BpfOp.MOD | SIGNED -> b == 0 ? a : a % b;
          case BpfOp.OR -> a | b;
          case BpfOp.AND -> a & b;
          case BpfOp.XOR -> a ^ b;
          case BpfOp.LSH -> a << b;
          case BpfOp.RSH -> a >>> b;
          case BpfOp.ARSH -> a >> b;
          case BpfOp.NEG -> -a;
          case BpfOp.MOV -> b;
          case MOVSX + 8 -> (byte) b;
          case MOVSX + 16 -> (short) b;
          default -> throw new AssertionError("unchecked operation " + op);
        };
    return result & 0xffff_ffffL;
  }

  /** Cuts a value off: all there is to a conversion into the order that it has already. */
  static long truncate(long value, long bits) {
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
      case BpfOp.JA -> true;
      case BpfOp.JEQ -> a == b;
      case BpfOp.JNE -> a != b;
      case BpfOp.JSET -> (a & b) != 0;
      case BpfOp.JGT -> Long.compareUnsigned(a, b) > 0;
      case BpfOp.JGE -> Long.compareUnsigned(a, b) >= 0;
      case BpfOp.JLT -> Long.compareUnsigned(a, b) < 0;
      case BpfOp.JLE -> Long.compareUnsigned(a, b) <= 0;
      case BpfOp.JSGT -> a > b;
      case BpfOp.JSGE -> a >= b;
      case BpfOp.JSLT -> a < b;
      case BpfOp.JSLE -> a <= b;
      default -> throw new AssertionError("unchecked condition " + op);
    };
  }
}
