package org.jitalloc;

import org.jspecify.annotations.Nullable;

/**
 * What was asked cannot be had, and nothing was changed. The message is for people: what was asked,
 * what stands against it, with values, and where it helps what to do.
 */
public abstract class RefusedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Made by those that say what kind of thing was refused.
   *
   * @param message for people
   */
  protected RefusedException(String message) {
    super(message);
  }

  /**
   * Made by those that say what kind of thing was refused.
   *
   * @param message for people
   * @param cause what made it fail
   */
  protected RefusedException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
