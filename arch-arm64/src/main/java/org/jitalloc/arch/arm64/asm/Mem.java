package org.jitalloc.arch.arm64.asm;

/**
 * A place in memory.
 *
 * @param base the register that holds an address
 * @param offset what is added to it
 */
public record Mem(Reg base, int offset) {

  /**
   * Makes a place.
   *
   * @param base the register that holds an address
   * @param offset what is added to it
   * @return the place
   */
  public static Mem at(Reg base, int offset) {
    return new Mem(base, offset);
  }
}
