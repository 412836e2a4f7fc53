package org.jitalloc.arch.arm64.asm;

/**
 * A memory operand.
 *
 * @param base the base register
 * @param offset the offset in bytes
 */
public record Mem(Reg base, int offset) {

  /**
   * Creates an operand.
   *
   * @param base the base register
   * @param offset the offset in bytes
   * @return the operand
   */
  public static Mem at(Reg base, int offset) {
    return new Mem(base, offset);
  }
}
