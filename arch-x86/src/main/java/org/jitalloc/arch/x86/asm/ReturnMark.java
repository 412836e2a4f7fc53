package org.jitalloc.arch.x86.asm;

/**
 * The instruction, without effect, that marks code as the place of return of functions whose return
 * address was replaced, by a tracer or a return probe: whoever finds such an address knows that the
 * function is still to return there. Compilers do not emit it.
 */
public final class ReturnMark {
  /** Its bytes as a number of this machine: {@code nop dword ptr [rax + 0x6a]}. */
  public static final int CODE = 0x6a401f0f;

  private ReturnMark() {}
}
