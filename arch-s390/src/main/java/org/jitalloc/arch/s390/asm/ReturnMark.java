package org.jitalloc.arch.s390.asm;

/**
 * The no-operation that marks return trampolines, which replace return addresses for a tracer or a
 * return probe. Code that finds such a return address recognises the trampoline. Compilers do not
 * emit it.
 */
public final class ReturnMark {
  /** {@code bc 0, 0x6a6}, which never jumps. */
  public static final int CODE = 0x470006a6;

  private ReturnMark() {}
}
