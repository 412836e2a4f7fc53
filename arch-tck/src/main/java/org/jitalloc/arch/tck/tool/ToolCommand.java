package org.jitalloc.arch.tck.tool;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** Runs programs. A test whose program is not installed is skipped with a message. */
public final class ToolCommand {
  private static final long TIMEOUT_SECONDS = 120;
  private static final ConcurrentHashMap<String, Boolean> INSTALLED = new ConcurrentHashMap<>();

  private ToolCommand() {}

  /**
   * The result of a program.
   *
   * @param exitCode its exit code, or 128 + the number of the signal that ended it
   * @param output its output and errors
   */
  public record Result(int exitCode, String output) {}

  /**
   * Skips the test with a message if a program is not installed.
   *
   * @param programs the programs; each has the option {@code --version}
   */
  public static void need(String... programs) {
    for (String program : programs) {
      boolean installed = INSTALLED.computeIfAbsent(program, ToolCommand::isInstalled);
      if (!installed) {
        System.err.printf("SKIPPED: '%s' is not installed, nothing was checked%n", program);
      }
      Assumptions.assumeTrue(installed, program + " is not installed");
    }
  }

  private static boolean isInstalled(String program) {
    try {
      return run(List.of(program, "--version")).exitCode == 0;
    } catch (UncheckedIOException missing) {
      return false;
    }
  }

  /**
   * Runs a program to its end.
   *
   * @param command the program and its arguments
   * @return the result
   * @throws AssertionError if it does not end
   */
  public static Result run(List<String> command) {
    Path output = null;
    try {
      output = Files.createTempFile("command", ".out");
      var process =
          new ProcessBuilder(withAdministrators(command))
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError("hangs: %s%n%s".formatted(command, Files.readString(output)));
      }
      return new Result(process.exitValue(), Files.readString(output, StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while running " + command, e);
    } finally {
      delete(output);
    }
  }

  /**
   * Adds the folder of programs for administrators, such as depmod, which the PATH of other users
   * may not contain.
   */
  private static List<String> withAdministrators(List<String> command) {
    String program = command.getFirst();
    boolean isOnPath =
        Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    if (isOnPath) {
      return command;
    }
    return Stream.of("/usr/sbin", "/sbin")
        .map(folder -> Path.of(folder, program))
        .filter(Files::isExecutable)
        .findFirst()
        .map(path -> Stream.concat(Stream.of(path.toString()), command.stream().skip(1)).toList())
        .orElse(command);
  }

  /**
   * Runs a program that has to succeed.
   *
   * @param command the program and its arguments
   * @return its output
   * @throws AssertionError if it fails
   */
  public static String must(List<String> command) {
    var result = run(command);
    if (result.exitCode != 0) {
      throw new AssertionError("%s failed:%n%s".formatted(command, result.output));
    }
    return result.output;
  }

  private static void delete(@org.jspecify.annotations.Nullable Path file) {
    try {
      if (file != null) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
