package org.jitalloc.bench;

/** A command was given something it cannot use; the message says what, in one line. */
final class UsageException extends Exception {
  private static final long serialVersionUID = 1L;

  UsageException(String message) {
    super(message);
  }
}
