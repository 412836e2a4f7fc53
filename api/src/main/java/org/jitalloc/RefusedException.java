package org.jitalloc;

import org.jspecify.annotations.Nullable;

/**
 * Thrown if a request is refused; nothing was changed. The message is for people: it has the
 * request, the obstacle with its values, and if possible what to do.
 */
public abstract class RefusedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message the message, for people
   */
  protected RefusedException(String message) {
    super(message);
  }

  /**
   * Creates the exception with a cause.
   *
   * @param message the message, for people
   * @param cause the exception that caused it
   */
  protected RefusedException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
