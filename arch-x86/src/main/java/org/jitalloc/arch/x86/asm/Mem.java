package org.jitalloc.arch.x86.asm;

import org.jspecify.annotations.Nullable;

/**
 * An operand in memory: {@code [base + index * scale + displacement]}.
 *
 * @param base the base register
 * @param index the index register, except RSP, or null
 * @param scale the factor of the index: 1, 2, 4 or 8
 * @param displacement the displacement
 */
public record Mem(Reg base, @Nullable Reg index, int scale, int displacement) {

  /** Checks the operand. */
  public Mem {
    if (index == Reg.RSP) {
      throw new IllegalArgumentException("RSP cannot be an index register");
    }
    if (Integer.bitCount(scale) != 1 || scale < 1 || scale > 8) {
      throw new IllegalArgumentException("no such scale: scale=" + scale);
    }
  }

  /**
   * Creates an operand without index.
   *
   * @param base the base register
   * @param displacement the displacement
   * @return the operand
   */
  public static Mem at(Reg base, int displacement) {
    return new Mem(base, null, 1, displacement);
  }

  /**
   * Creates an operand with index.
   *
   * @param base the base register
   * @param index the index register
   * @param scale the factor of the index
   * @param displacement the displacement
   * @return the operand
   */
  public static Mem at(Reg base, Reg index, int scale, int displacement) {
    return new Mem(base, index, scale, displacement);
  }
}
