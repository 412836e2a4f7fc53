package org.jitalloc.arch.arm64.asm;

/**
 * The no-operation that marks return trampolines, which replace return addresses for a tracer or a
 * return probe. Code that finds such a return address recognises the trampoline. Compilers do not
 * emit it.
 */
public final class ReturnMark {
  /** {@code orr xzr, xzr, x17}. */
  public static final int CODE = 0xaa1103ff;

  private ReturnMark() {}
}
