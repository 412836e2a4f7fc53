package org.jitalloc.bench.bpf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jitalloc.bench.process.Tool;

/**
 * The programs as gcc compiles them, each in a process of its own.
 *
 * @param folder that of this module
 */
public record GccPrograms(Path folder) {

  /**
   * Compiles and runs one.
   *
   * @param name its name
   * @param bytes how large its memory is
   * @param rounds how many rounds of calls
   * @param millis how long a round takes, in milliseconds
   * @return how it did
   * @throws IOException if there is no gcc, or the program failed
   */
  public Timing time(String name, int bytes, int rounds, int millis) throws IOException {
    Path programs = folder.resolve("src/main/bpf");
    Path built = Files.createDirectories(folder.resolve("target/bpf-native"));
    String program = built.resolve(name).toString();
    // Neither does a code generator for BPF vectorise.
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
