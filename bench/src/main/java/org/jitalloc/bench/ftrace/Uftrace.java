package org.jitalloc.bench.ftrace;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jitalloc.bench.process.Tool;
import org.jitalloc.bench.report.Median;

/**
 * The peer: uftrace, which patches functions with NOPs while a program starts, before it runs.
 *
 * <p>The program has the functions of {@link SmallFunctions}, and ends at once.
 */
public final class Uftrace {
  private static final String TOOL = "uftrace";
  private static final String ENTRY = ".nops 5, 1\n";

  private Uftrace() {}

  /**
   * The times.
   *
   * @param run the duration of a process with all functions patched, in nanoseconds
   * @param patching the difference to a process with one function patched, in nanoseconds; 0 if it
   *     is not measurable
   */
  public record Times(double run, double patching) {}

  /** {@return whether it is installed} */
  public static boolean isThere() {
    try {
      return Tool.run(List.of(TOOL, "--version")).code() == 0;
    } catch (IOException missing) {
      return false;
    }
  }

  /**
   * Measures it.
   *
   * @param sites the number of functions
   * @param runs the number of runs
   * @return medians
   * @throws IOException if it is not installed or does not patch all functions, or the program
   *     cannot be compiled
   */
  public static Times measure(int sites, int runs) throws IOException {
    Path folder = Files.createTempDirectory("uftrace");
    try {
      Path source = Files.writeString(folder.resolve("program.s"), source(sites));
      Path program = folder.resolve("program");
      Tool.must(List.of("gcc", "-o", program.toString(), source.toString()));
      String told = Tool.must(record(folder, program, ".", "-v"));
      if (!told.contains("patched all (%d) functions".formatted(sites + 1))) {
        throw new IOException("%s did not patch %d functions: %s".formatted(TOOL, sites, told));
      }
      List<Double> all = new ArrayList<>();
      List<Double> one = new ArrayList<>();
      for (int i = 0; i < runs; i++) {
        all.add(nanos(record(folder, program, ".")));
        one.add(nanos(record(folder, program, "main")));
      }
      double run = Median.of(all);
      return new Times(run, Math.max(0, run - Median.of(one)));
    } finally {
      delete(folder);
    }
  }

  private static List<String> record(
      Path folder, Path program, String functions, String... options) {
    var command = new ArrayList<>(List.of(TOOL, "record", "-P", functions));
    command.addAll(List.of("-d", folder.resolve("data").toString()));
    command.addAll(List.of(options));
    command.add(program.toString());
    return command;
  }

  private static double nanos(List<String> command) throws IOException {
    long start = System.nanoTime();
    Tool.must(command);
    return System.nanoTime() - start;
  }

  private static String source(int sites) {
    var text = new StringBuilder(".text\n");
    for (int i = 0; i < sites; i++) {
      function(text, "f" + i, "lea 1(%rdi), %rax");
    }
    function(text, "main", "xor %eax, %eax");
    text.append(".globl main\n.section __patchable_function_entries, \"aw\", @progbits\n");
    for (int i = 0; i < sites; i++) {
      text.append(".quad f").append(i).append('\n');
    }
    return text.append(".quad main\n.section .note.GNU-stack, \"\", @progbits\n").toString();
  }

  private static void function(StringBuilder text, String name, String body) {
    text.append(".p2align 4\n.type %1$s, @function\n%1$s: ".formatted(name)).append(ENTRY);
    text.append(body).append("\nret\n.size %1$s, . - %1$s\n".formatted(name));
  }

  private static void delete(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
