package org.jitalloc.arch.x86.asm;

/**
 * The no-operation that marks return trampolines, which replace return addresses for a tracer or a
 * return probe. Code that finds such a return address recognises the trampoline. Compilers do not
 * emit it.
 */
public final class ReturnMark {
  /** Its bytes as a number of this machine: {@code nop dword ptr [rax + 0x6a]}. */
  public static final int CODE = 0x6a401f0f;

  private ReturnMark() {}
}
