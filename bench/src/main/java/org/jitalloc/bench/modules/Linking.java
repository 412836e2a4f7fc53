package org.jitalloc.bench.modules;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Processes that do the same work: a JVM with the module loader, and LLVM's JIT linker. */
public final class Linking {
  private static final String PEER = "llvm-jitlink-19";

  private Linking() {}

  /**
   * The result of a process.
   *
   * @param usage its times
   * @param last the last line of its output
   * @param errors its standard error
   */
  public record Run(Usage usage, String last, String errors) {}

  /** {@return whether the peer is on the PATH} */
  public static boolean hasPeer() {
    return List.of(System.getenv().getOrDefault("PATH", "").split(":")).stream()
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, PEER)));
  }

  /**
   * Prepares modules for {@link #peer}.
   *
   * @param modules the files
   * @param folder the folder for copies of them
   * @return the copies
   * @throws IOException if it fails
   */
  public static List<Path> peerInput(List<Path> modules, Path folder) throws IOException {
    return new PeerInput(folder).prepare(modules);
  }

  /**
   * Links modules by the peer without running them; undefined symbols get addresses.
   *
   * @param input the result of {@link #peerInput}
   * @return its times
   * @throws IOException if it fails
   */
  public static Usage peer(List<Path> input) throws IOException {
    var command =
        new ArrayList<>(
            List.of(
                // It links modules recursively, so thousands of them need a large stack.
                "sh",
                "-c",
                "ulimit -s unlimited && exec \"$@\"",
                PEER,
                PEER,
                "-noexec",
                "-phony-externals",
                "-entry",
                PeerInput.ENTRY,
                "-slab-allocate=768Mb",
                "-slab-address=0x10000000",
                "-slab-page-size=4096"));
    input.forEach(file -> command.add(file.toString()));
    return run(command).usage();
  }

  /**
   * Runs a main class in a JVM like this one.
   *
   * @param flags additional flags
   * @param main the class and its arguments
   * @return its result
   * @throws IOException if it fails
   */
  public static Run java(List<String> flags, List<String> main) throws IOException {
    var command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path")));
    command.addAll(1, flags);
    command.addAll(main);
    return run(command);
  }

  static Run run(List<String> command) throws IOException {
    Path errors = Files.createTempFile("jitalloc-bench", ".err");
    Process process = null;
    try {
      // The times of an ended process cannot be read; the sum of its parent is read before and
      // after.
      double before = childrenSeconds();
      long start = System.nanoTime();
      process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
      String last = lastLine(process);
      int code = process.waitFor();
      double wall = (System.nanoTime() - start) / 1e9;
      if (code != 0) {
        throw new IOException(
            "%s ended with %d: %s".formatted(command.getFirst(), code, Files.readString(errors)));
      }
      return new Run(new Usage(wall, childrenSeconds() - before), last, Files.readString(errors));
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", interrupted);
    } finally {
      if (process != null) {
        process.destroy();
      }
      Files.delete(errors);
    }
  }

  private static String lastLine(Process process) throws IOException {
    String last = "";
    try (BufferedReader lines = process.inputReader()) {
      for (@Nullable String line = lines.readLine(); line != null; line = lines.readLine()) {
        last = line;
      }
    }
    return last;
  }

  /**
   * {@return the processor time of all children that have ended, which Linux counts in hundredths
   * of a second}
   */
  private static double childrenSeconds() throws IOException {
    String stat = Files.readString(Path.of("/proc/self/stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    Duration ticks =
        Duration.ofMillis(10).multipliedBy(Long.parseLong(fields[13]) + Long.parseLong(fields[14]));
    return ticks.toMillis() / 1e3;
  }
}
