package org.jitalloc;

/**
 * Thrown if memory cannot be allocated, changed or freed as requested. Nothing was changed. The
 * message has the target, the request, the obstacle with its values, and what is free.
 */
public final class JitAllocException extends RefusedException {
  private static final long serialVersionUID = 1L;

  /** The kinds of failure. */
  public enum Reason {
    /**
     * A value of the request is invalid, such as a size of 0 or an alignment that is no power of
     * two.
     */
    INVALID_REQUEST,
    /** The address range and its fallback have no free span of the size. */
    EXHAUSTED,
    /** No address that the architecture allows is within the requested distance. */
    UNREACHABLE,
    /** Policy denies it; the message names the rule. */
    DENIED,
    /** A system call failed; the message has the call, its arguments and the error. */
    SYSTEM,
    /**
     * The state of the memory does not allow the call: it is freed, not published or not writable.
     */
    WRONG_STATE,
    /**
     * The target does not support the operation, such as running code in an image, or poking
     * without a {@code TextPoke} service of the architecture.
     */
    UNSUPPORTED,
    /** The bytes at a patch site differ from those that the caller expects. */
    TEXT_MISMATCH
  }

  private final Reason reason;

  /**
   * Creates the exception.
   *
   * @param reason the kind of failure
   * @param message what happened, with values
   */
  public JitAllocException(Reason reason, String message) {
    super(reason + ": " + message);
    this.reason = reason;
  }

  /**
   * Creates the exception with a cause.
   *
   * @param reason the kind of failure
   * @param message what happened, with values
   * @param cause the exception that caused it
   */
  public JitAllocException(Reason reason, String message, Throwable cause) {
    super(reason + ": " + message, cause);
    this.reason = reason;
  }

  /** {@return the kind of failure} */
  public Reason reason() {
    return reason;
  }
}
