package org.jitalloc.bench;

/** Thrown for a wrong argument of a command; the message is one line. */
final class UsageException extends Exception {
  private static final long serialVersionUID = 1L;

  UsageException(String message) {
    super(message);
  }
}
