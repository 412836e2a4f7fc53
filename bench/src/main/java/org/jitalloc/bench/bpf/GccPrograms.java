package org.jitalloc.bench.bpf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jitalloc.bench.process.Tool;

/**
 * The programs compiled by gcc; each runs in a process.
 *
 * @param folder the folder of this module
 */
public record GccPrograms(Path folder) {

  /**
   * Compiles and runs a program.
   *
   * @param name its name
   * @param bytes the size of its memory
   * @param rounds the number of rounds of calls
   * @param millis the duration of a round in milliseconds
   * @return its result and time
   * @throws IOException if there is no gcc, or the program failed
   */
  public Timing time(String name, int bytes, int rounds, int millis) throws IOException {
    Path programs = folder.resolve("src/main/bpf");
    Path built = Files.createDirectories(folder.resolve("target/bpf-native"));
    String program = built.resolve(name).toString();
    // Code generators for BPF do not vectorise either.
    Tool.must(
        List.of(
            "gcc",
            "-O2",
            "-fno-tree-vectorize",
            "-o",
            program,
            programs.resolve(name + ".c").toString(),
            folder.resolve("src/main/cpp/bpf-native.c").toString()));
    String[] words =
        Tool.must(List.of(program, "" + bytes, "" + rounds, "" + millis)).strip().split(" ");
    return new Timing(Long.parseUnsignedLong(words[0]), Double.parseDouble(words[1]));
  }
}
