package org.jitalloc.arch.x86;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/**
 * Runs GNU as, gcc and what they make. A test that needs a tool that is not there is skipped, and
 * says so.
 */
public final class Tool {
  private static final long TIMEOUT_SECONDS = 120;
  private static final ConcurrentHashMap<String, Boolean> PRESENT = new ConcurrentHashMap<>();

  private Tool() {}

  /** How a program ended: its exit code, or 128 + the signal that ended it. */
  public record Result(int exitCode, String output) {}

  /** Skips the test loudly unless all tools run. */
  public static void need(String... tools) {
    for (String tool : tools) {
      boolean present = PRESENT.computeIfAbsent(tool, Tool::runs);
      if (!present)
        System.err.println(
            "SKIPPED: '" + tool + "' is not installed, so these bytes were checked by nothing");
      Assumptions.assumeTrue(present, tool + " is not installed");
    }
  }

  /** Skips the test loudly unless code made here runs here. */
  public static void needMachine() {
    boolean here =
        System.getProperty("os.arch").matches("amd64|x86_64")
            && System.getProperty("os.name").equals("Linux");
    if (!here)
      System.err.println("SKIPPED: this is no x86-64 Linux, so the emitted code was not run");
    Assumptions.assumeTrue(here, "needs x86-64 Linux");
  }

  /** Assembles Intel syntax and gives the bytes of .text. */
  public static byte[] assemble(Path dir, String text) throws IOException {
    need("as", "objcopy");
    var source = Files.writeString(dir.resolve("code.s"), ".intel_syntax noprefix\n.text\n" + text);
    var object = dir.resolve("code.o");
    var binary = dir.resolve("code.bin");
    must(List.of("as", "--64", "-o", object.toString(), source.toString()));
    must(List.of("objcopy", "-O", "binary", "-j", ".text", object.toString(), binary.toString()));
    return Files.readAllBytes(binary);
  }

  /** Compiles a C program of the test resources. */
  public static Path compile(Path dir, String resource, String... options) throws IOException {
    need("gcc");
    needMachine();
    var source = dir.resolve(resource);
    try (InputStream in = Tool.class.getResourceAsStream("/" + resource)) {
      Files.write(source, in.readAllBytes());
    }
    var program = dir.resolve(resource.replace(".c", ""));
    var command =
        new ArrayList<>(
            List.of(
                "gcc",
                "-O1",
                "-Wall",
                "-Werror",
                "-pthread",
                "-o",
                program.toString(),
                source.toString()));
    command.addAll(List.of(options));
    must(command);
    return program;
  }

  public static Result run(List<String> command) throws IOException {
    var out = Files.createTempFile("tool", ".out");
    try {
      var process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(out.toFile())
              .start();
      if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError("hangs: " + command + "\n" + Files.readString(out));
      }
      return new Result(process.exitValue(), Files.readString(out, StandardCharsets.UTF_8));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while running " + command, e);
    } finally {
      Files.deleteIfExists(out);
    }
  }

  private static void must(List<String> command) throws IOException {
    var result = run(command);
    if (result.exitCode != 0) throw new AssertionError(command + " failed:\n" + result.output);
  }

  private static boolean runs(String tool) {
    try {
      return run(List.of(tool, "--version")).exitCode == 0;
    } catch (IOException e) {
      return false;
    }
  }
}
