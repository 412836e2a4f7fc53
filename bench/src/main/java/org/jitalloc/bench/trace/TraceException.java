package org.jitalloc.bench.trace;

/** A trace is not what it should be; the message names the file, the line and what is wrong. */
public final class TraceException extends Exception {
  private static final long serialVersionUID = 1L;

  TraceException(String message) {
    super(message);
  }
}
