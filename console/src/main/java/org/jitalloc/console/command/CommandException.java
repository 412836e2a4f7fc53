package org.jitalloc.console.command;

/** A command could not do what it was asked to; the message says why and what to do, for people. */
public final class CommandException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Makes the exception.
   *
   * @param message what was wrong, with values
   */
  public CommandException(String message) {
    super(message);
  }
}
