package org.jitalloc.core.host;

import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;

/**
 * An open file. Once it is closed its number may be that of another file, and is not used again.
 */
final class OpenFile {

  private static final int CLOSED = -1;

  private final SystemCalls os;
  private volatile int number;

  /** Makes it of a descriptor, which it owns from now on. */
  OpenFile(SystemCalls os, int number) {
    this.os = os;
    this.number = number;
  }

  /**
   * {@return the descriptor}
   *
   * @throws JitAllocException WRONG_STATE if it is closed
   */
  int number() {
    int now = number;
    if (now == CLOSED) {
      throw new JitAllocException(Reason.WRONG_STATE, "the memory file is closed");
    }
    return now;
  }

  /** Closes it, whatever that reports. Closing again does nothing. */
  synchronized void close() {
    int now = number;
    if (now != CLOSED) {
      number = CLOSED;
      os.close(now);
    }
  }
}
