package org.jitalloc.console;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Detects that a stage of a pipe failed. The shell throws the exception of the last stage of a
 * pipe; for the other stages it only prints {@code gogo: …} on the error stream. Without this, a
 * script that pipes the vectors into grep would not see the failure.
 */
final class FailedStages extends FilterOutputStream {
  private static final String MARK = "gogo: ";

  private final AtomicBoolean failed = new AtomicBoolean();
  private int matched;

  FailedStages(OutputStream out) {
    super(out);
  }

  @Override
  public synchronized void write(int b) throws IOException {
    out.write(b);
    if (b == '\n') {
      matched = 0;
    } else if (matched >= 0 && matched < MARK.length()) {
      matched = b == MARK.charAt(matched) ? matched + 1 : -1;
      if (matched == MARK.length()) {
        failed.set(true);
      }
    }
  }

  @Override
  public synchronized void write(byte[] bytes, int offset, int length) throws IOException {
    for (int i = offset; i < offset + length; i++) {
      write(bytes[i]);
    }
  }

  boolean anyFailed() {
    return failed.get();
  }
}
