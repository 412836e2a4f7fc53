package org.jitalloc.arch.s390.asm;

/**
 * The instruction, without effect, that marks code as the place of return of functions whose return
 * address was replaced, by a tracer or a return probe: whoever finds such an address knows that the
 * function is still to return there. Compilers do not emit it.
 */
public final class ReturnMark {
  /** {@code bc 0, 0x6a6}, which never jumps. */
  public static final int CODE = 0x470006a6;

  private ReturnMark() {}
}
