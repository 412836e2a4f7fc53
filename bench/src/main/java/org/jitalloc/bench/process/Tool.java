package org.jitalloc.bench.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Runs programs of this machine. */
public final class Tool {
  private Tool() {}

  /**
   * The result of a program.
   *
   * @param code its exit code
   * @param text its output and errors
   */
  public record Output(int code, String text) {}

  /**
   * Runs a program.
   *
   * @param command the program and its arguments
   * @return its result
   * @throws IOException if it is not installed, or this thread was interrupted: then the program is
   *     ended
   */
  public static Output run(List<String> command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (var in = process.getInputStream()) {
      var text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return new Output(process.waitFor(), text);
    } catch (InterruptedException interrupted) {
      process.destroy();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while waiting for " + command.getFirst(), interrupted);
    }
  }

  /**
   * Runs a program that has to succeed.
   *
   * @param command the program and its arguments
   * @return its output
   * @throws IOException if it is not installed or fails; the message has its output
   */
  public static String must(List<String> command) throws IOException {
    Output output = run(command);
    if (output.code != 0) {
      throw new IOException(
          "%s failed with exit code %d: %s".formatted(command, output.code, output.text.strip()));
    }
    return output.text;
  }
}
