package org.jitalloc.arch.support.bpf;

import org.jitalloc.arch.bpf.BpfInsn;

/** Emits operations on registers. Operations on 32 bits clear the upper half of the destination. */
public interface AluEmitter {

  /**
   * Loads a constant into a register.
   *
   * @param register its number
   * @param value the constant
   */
  void constant(int register, long value);

  /**
   * Emits a move of all bits or the lower 32 bits of a register; never of all bits to the same
   * register.
   *
   * @param insn the instruction
   */
  void move(BpfInsn insn);

  /**
   * Emits a move of the lowest bits of a register with sign extension; their number is the offset.
   *
   * @param insn the instruction
   */
  void signExtend(BpfInsn insn);

  /**
   * Emits ADD, SUB, MUL, OR, AND or XOR.
   *
   * @param insn the instruction
   */
  void binary(BpfInsn insn);

  /**
   * Emits an addition of two registers into a third.
   *
   * @param wide whether it has 64 bits, else 32
   * @param dst the register of the sum, different from the first
   * @param first the first operand
   * @param second the second operand
   */
  void sum(boolean wide, int dst, int first, int second);

  /**
   * Emits the addition of a constant and a register into another register.
   *
   * @param wide whether it has 64 bits, else 32
   * @param dst the register of the sum, different from the source
   * @param src the register operand
   * @param value the constant
   */
  void sumConstant(boolean wide, int dst, int src, int value);

  /**
   * Emits a rotation.
   *
   * @param wide whether it has 64 bits, else 32
   * @param dst the register of the result
   * @param src the register of the operand
   * @param left the number of bits to the left: 1 to 31 or 63
   */
  void rotate(boolean wide, int dst, int src, int left);

  /**
   * Emits DIV or MOD.
   *
   * @param index the index of the instruction
   * @param insn the instruction
   */
  void divide(int index, BpfInsn insn);

  /**
   * Emits LSH, RSH or ARSH. Counts are modulo the width.
   *
   * @param index the index of the instruction
   * @param insn the instruction
   */
  void shift(int index, BpfInsn insn);

  /**
   * Emits NEG.
   *
   * @param insn the instruction
   */
  void negate(BpfInsn insn);

  /**
   * Emits the truncation of a register to its lowest bits.
   *
   * @param register its number
   * @param bits 16 or 32
   */
  void truncate(int register, int bits);

  /**
   * Emits the reversal of the lowest bytes of a register; the others are cleared.
   *
   * @param register its number
   * @param bits the number of bits of these bytes: 16, 32 or 64
   */
  void reverse(int register, int bits);
}
