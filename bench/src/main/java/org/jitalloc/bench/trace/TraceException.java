package org.jitalloc.bench.trace;

/** Thrown for a malformed trace; the message has the file, the line and the problem. */
public final class TraceException extends Exception {
  private static final long serialVersionUID = 1L;

  TraceException(String message) {
    super(message);
  }
}
