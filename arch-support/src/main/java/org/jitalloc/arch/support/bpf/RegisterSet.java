package org.jitalloc.arch.support.bpf;

/** Sets of BPF registers as masks: bit n is rn. */
public final class RegisterSet {
  /** The number of registers. */
  public static final int COUNT = 11;

  /** The register of the result. */
  public static final int R0 = 1;

  /** The arguments, r1 to r5. */
  public static final int ARGUMENTS = 0b111110;

  /** The callee-saved registers, r6 to r9. */
  public static final int PRESERVED = 0b1111000000;

  /** The caller-saved registers, r0 to r5. */
  public static final int VOLATILE = R0 | ARGUMENTS;

  private RegisterSet() {}

  /**
   * Tests whether a register is in a set.
   *
   * @param set the set
   * @param register its number
   * @return whether it is
   */
  public static boolean has(int set, int register) {
    return (set >> register & 1) != 0;
  }
}
