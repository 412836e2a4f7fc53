package org.jitalloc.arch.arm64.asm;

/**
 * The instruction, without effect, that marks code as the place of return of functions whose return
 * address was replaced, by a tracer or a return probe: whoever finds such an address knows that the
 * function is still to return there. Compilers do not emit it.
 */
public final class ReturnMark {
  /** {@code orr xzr, xzr, x17}. */
  public static final int CODE = 0xaa1103ff;

  private ReturnMark() {}
}
