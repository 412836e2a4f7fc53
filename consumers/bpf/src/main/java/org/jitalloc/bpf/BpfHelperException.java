package org.jitalloc.bpf;

/** A run ended because a helper threw an exception, the cause of this one. */
public final class BpfHelperException extends BpfException {
  private static final long serialVersionUID = 1L;

  private final int helper;

  /**
   * Makes the exception.
   *
   * @param program the name of the program
   * @param helper the number of the helper
   * @param helperName the name of the helper
   * @param cause what it threw
   */
  public BpfHelperException(String program, int helper, String helperName, Throwable cause) {
    super(
        "program %s: helper %d (%s) threw %s".formatted(program, helper, helperName, cause), cause);
    this.helper = helper;
  }

  /** {@return the number of the helper} */
  public int helper() {
    return helper;
  }
}
