package org.jitalloc.bpf;

/** A run ended because its thread was interrupted; the thread's interrupt status is still set. */
public final class BpfInterruptedException extends BpfException {
  private static final long serialVersionUID = 1L;

  /**
   * Makes the exception.
   *
   * @param program the name of the program
   * @param instruction the index of the jump at which the run ended
   */
  public BpfInterruptedException(String program, int instruction) {
    super("program %s: interrupted at instruction %d".formatted(program, instruction));
  }
}
