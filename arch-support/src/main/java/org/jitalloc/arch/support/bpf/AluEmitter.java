package org.jitalloc.arch.support.bpf;

import org.jitalloc.arch.bpf.BpfInsn;

/**
 * Emits what works on registers alone. Of operations on 32 bits the upper half of the destination
 * becomes 0.
 */
public interface AluEmitter {

  /**
   * Loads a constant into a register.
   *
   * @param register its number
   * @param value the constant
   */
  void constant(int register, long value);

  /**
   * Emits a move of a register, of all its bits or the lower 32; never one of all bits to itself.
   *
   * @param insn the instruction
   */
  void move(BpfInsn insn);

  /**
   * Emits a move of the lowest bits of a register with their sign; the offset says how many.
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
   * Emits an addition that leaves its operands as they are.
   *
   * @param wide whether it is of 64 bits, not 32
   * @param dst the register of the sum, another than the first
   * @param first a register to be added
   * @param second a register to be added
   */
  void sum(boolean wide, int dst, int first, int second);

  /**
   * Emits the addition of a constant that leaves its operand as it is.
   *
   * @param wide whether it is of 64 bits, not 32
   * @param dst the register of the sum, another than the source
   * @param src the register to be added to
   * @param value the constant
   */
  void sumConstant(boolean wide, int dst, int src, int value);

  /**
   * Emits a rotation.
   *
   * @param wide whether it is of 64 bits, not 32
   * @param dst the register of the result
   * @param src the register to be rotated
   * @param left how far to the left: 1 to 31 or 63
   */
  void rotate(boolean wide, int dst, int src, int left);

  /**
   * Emits DIV or MOD.
   *
   * @param index where the instruction stands
   * @param insn the instruction
   */
  void divide(int index, BpfInsn insn);

  /**
   * Emits LSH, RSH or ARSH. Counts are taken modulo the width.
   *
   * @param index where the instruction stands
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
   * Keeps the lowest bits of a register and clears the others.
   *
   * @param register its number
   * @param bits 16 or 32
   */
  void truncate(int register, int bits);

  /**
   * Reverses the lowest bytes of a register and clears the others.
   *
   * @param register its number
   * @param bits how many bits these bytes have: 16, 32 or 64
   */
  void reverse(int register, int bits);
}
