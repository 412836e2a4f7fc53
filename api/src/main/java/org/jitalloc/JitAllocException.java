package org.jitalloc;

/**
 * Memory could not be had, changed or freed as asked. The message says which target, what was
 * asked, what stands against it and what is left; nothing was changed.
 */
public final class JitAllocException extends RefusedException {
  private static final long serialVersionUID = 1L;

  /** What kind of failure it was. */
  public enum Reason {
    /** The request makes no sense: a size of 0 or less, an alignment that is no power of two. */
    INVALID_REQUEST,
    /** The range and its fallback have no room for it. */
    EXHAUSTED,
    /** No place that the architecture allows is within the wanted reach. */
    UNREACHABLE,
    /** Policy forbids it; the message names the rule. */
    DENIED,
    /** The operating system refused; the message names the call, its arguments and the error. */
    SYSTEM,
    /**
     * The memory is not in a state that allows this: freed, not yet published, no longer writable.
     */
    WRONG_STATE,
    /**
     * This target cannot do that: running code in an image, poking without a strategy for its
     * architecture.
     */
    UNSUPPORTED,
    /** The code to be changed is not what the caller expected there. */
    TEXT_MISMATCH
  }

  private final Reason reason;

  /**
   * Makes the exception.
   *
   * @param reason what kind of failure it is
   * @param message what happened, with values
   */
  public JitAllocException(Reason reason, String message) {
    super(reason + ": " + message);
    this.reason = reason;
  }

  /**
   * Makes the exception with a cause.
   *
   * @param reason what kind of failure it is
   * @param message what happened, with values
   * @param cause what made it fail
   */
  public JitAllocException(Reason reason, String message, Throwable cause) {
    super(reason + ": " + message, cause);
    this.reason = reason;
  }

  /** {@return what kind of failure it was} */
  public Reason reason() {
    return reason;
  }
}
