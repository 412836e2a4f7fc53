package org.jitalloc.arch.s390.asm;

/**
 * A place in memory.
 *
 * @param base the register that holds an address
 * @param offset what is added to it: 20 bits with sign
 */
public record Mem(Reg base, int offset) {
  private static final int REACH = 1 << 19;

  /**
   * Makes it.
   *
   * @throws IllegalArgumentException if the offset has no room in an instruction, or the base would
   *     be ignored
   */
  public Mem {
    if (base == Reg.R0 || !reaches(offset)) {
      throw new IllegalArgumentException("no operand: base=%s offset=%d".formatted(base, offset));
    }
  }

  /** {@return whether an instruction has room for an offset} */
  public static boolean reaches(int offset) {
    return offset >= -REACH && offset < REACH;
  }

  /** {@return the place that many bytes behind what a register holds} */
  public static Mem at(Reg base, int offset) {
    return new Mem(base, offset);
  }
}
