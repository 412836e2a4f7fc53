package org.jitalloc.itests.harness;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Runs programs as a user would, in processes of their own. */
public final class ProgramRunner {
  private static final long LIMIT_MINUTES = 10;

  private ProgramRunner() {}

  /**
   * The result of a program.
   *
   * @param code its exit code
   * @param out its standard output
   * @param err its standard error
   */
  public record Result(int code, String out, String err) {}

  /** Runs the launcher script. */
  public static Result jitalloc(
      Path directory, String input, Map<String, String> env, String... arguments)
      throws IOException, InterruptedException {
    return jitalloc(directory, input, env, _ -> {}, arguments);
  }

  /** Runs the launcher script, and calls a watcher repeatedly while it runs. */
  public static Result jitalloc(
      Path directory,
      String input,
      Map<String, String> env,
      Consumer<Process> watcher,
      String... arguments)
      throws IOException, InterruptedException {
    var command = new ArrayList<String>();
    command.add(Distribution.root().resolve("jitalloc").toString());
    command.addAll(List.of(arguments));
    return run(directory, input, env, watcher, command);
  }

  /** Runs any program. */
  public static Result run(
      Path directory,
      String input,
      Map<String, String> env,
      Consumer<Process> watcher,
      List<String> command)
      throws IOException, InterruptedException {
    Path in = Files.writeString(Files.createTempFile("itests-", ".in"), input);
    Path out = Files.createTempFile("itests-", ".out");
    Path err = Files.createTempFile("itests-", ".err");
    try {
      var builder =
          new ProcessBuilder(command)
              .directory(directory.toFile())
              .redirectInput(in.toFile())
              .redirectOutput(out.toFile())
              .redirectError(err.toFile());
      builder.environment().keySet().removeIf(name -> name.startsWith("JITALLOC_"));
      builder.environment().remove("JDK_JAVA_OPTIONS");
      // Maven has built it, so the script must not build it again.
      builder.environment().put("JITALLOC_BUILD", "never");
      builder.environment().putAll(env);
      Process process = builder.start();
      long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(LIMIT_MINUTES);
      while (!process.waitFor(1, TimeUnit.MILLISECONDS)) {
        watcher.accept(process);
        if (System.nanoTime() > end) {
          process.destroyForcibly();
          throw new IllegalStateException(command + " ran for " + LIMIT_MINUTES + " minutes");
        }
      }
      return new Result(
          process.exitValue(),
          Files.readString(out, StandardCharsets.UTF_8),
          Files.readString(err, StandardCharsets.UTF_8));
    } finally {
      Files.delete(in);
      Files.delete(out);
      Files.delete(err);
    }
  }
}
