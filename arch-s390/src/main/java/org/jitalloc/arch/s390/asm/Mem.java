package org.jitalloc.arch.s390.asm;

/**
 * A memory operand.
 *
 * @param base the base register
 * @param offset the signed offset of 20 bits in bytes
 */
public record Mem(Reg base, int offset) {
  private static final int REACH = 1 << 19;

  /**
   * Checks the operand.
   *
   * @throws IllegalArgumentException if the offset does not fit an instruction, or the base is R0,
   *     which means no base
   */
  public Mem {
    if (base == Reg.R0 || !reaches(offset)) {
      throw new IllegalArgumentException("no operand: base=%s offset=%d".formatted(base, offset));
    }
  }

  /** {@return whether an offset fits an instruction} */
  public static boolean reaches(int offset) {
    return offset >= -REACH && offset < REACH;
  }

  /** {@return the operand at an offset from a base register} */
  public static Mem at(Reg base, int offset) {
    return new Mem(base, offset);
  }
}
