package org.jitalloc.console.command;

/** Thrown if a command fails; the message is for people, and says what to do. */
public final class CommandException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message what is wrong, with values
   */
  public CommandException(String message) {
    super(message);
  }
}
