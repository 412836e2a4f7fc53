package org.jitalloc.core.host;

import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;

/**
 * An open file. After {@link #close} the kernel can give the same descriptor to another file, so
 * the descriptor is not used again. Thread-safe.
 */
final class OpenFile {

  private static final int CLOSED = -1;

  private final SystemCalls os;
  private volatile int number;

  /** Takes ownership of a descriptor. */
  OpenFile(SystemCalls os, int number) {
    this.os = os;
    this.number = number;
  }

  /**
   * {@return the descriptor}
   *
   * @throws JitAllocException WRONG_STATE if the file is closed
   */
  int number() {
    int now = number;
    if (now == CLOSED) {
      throw new JitAllocException(Reason.WRONG_STATE, "the memory file is closed");
    }
    return now;
  }

  /**
   * Closes the file. A second call does nothing, even if the first failed: Linux releases the
   * descriptor in any case (close(2)).
   */
  synchronized void close() {
    int now = number;
    if (now != CLOSED) {
      number = CLOSED;
      os.close(now);
    }
  }
}
