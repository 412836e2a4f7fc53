package org.jitalloc.bench.bpf;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A program of this machine. */
final class Tool {
  private Tool() {}

  /**
   * Runs one to its end. {@return what it wrote}
   *
   * @throws IOException if it is not there or fails; the message says what it wrote
   */
  static String run(List<String> command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (var in = process.getInputStream()) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      int code = process.waitFor();
      if (code != 0) {
        throw new IOException("%s failed with exit code %d: %s".formatted(command, code, text));
      }
      return text;
    } catch (InterruptedException interrupted) {
      process.destroy();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while waiting for " + command.getFirst(), interrupted);
    }
  }
}
