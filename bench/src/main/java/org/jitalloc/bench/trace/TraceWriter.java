package org.jitalloc.bench.trace;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes traces as text. */
public final class TraceWriter {
  private TraceWriter() {}

  /**
   * Writes a trace.
   *
   * @param trace the trace
   * @param file the file; an existing file is replaced
   * @throws IOException if it cannot be written
   */
  public static void write(AllocationTrace trace, Path file) throws IOException {
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 16)) {
      for (int i = 0; i < trace.length(); i++) {
        String line =
            trace.isAllocation(i)
                ? "A " + trace.id(i) + ' ' + trace.bytes(i) + '\n'
                : "F " + trace.id(i) + '\n';
        out.write(line.getBytes(StandardCharsets.US_ASCII));
      }
    }
  }
}
