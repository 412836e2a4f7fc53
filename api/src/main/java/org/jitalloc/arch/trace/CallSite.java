package org.jitalloc.arch.trace;

/**
 * A place at the start of a function from where a tracer can be called.
 *
 * @param address where its first byte is
 * @param trampoline where the piece of code that belongs to this site alone is; 0 if its form has
 *     none
 */
public record CallSite(long address, long trampoline) {

  /**
   * Makes a site of a form without trampolines.
   *
   * @param address where its first byte is
   */
  public CallSite(long address) {
    this(address, 0);
  }

  @Override
  public String toString() {
    return trampoline == 0
        ? "CallSite[0x%x]".formatted(address)
        : "CallSite[0x%x, trampoline 0x%x]".formatted(address, trampoline);
  }
}
