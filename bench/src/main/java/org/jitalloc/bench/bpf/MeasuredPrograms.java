package org.jitalloc.bench.bpf;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jitalloc.bpf.BpfLoadException;
import org.jitalloc.bpf.check.CheckedProgram;
import org.jitalloc.bpf.check.ProgramChecker;

/**
 * The programs of the benchmarks.
 *
 * @param folder the folder of this module
 */
public record MeasuredPrograms(Path folder) {
  private static final String BINARY = ".bin";

  /** The number of helpers of the test vectors; they are not called here. */
  private static final int HELPERS = 16;

  private static final Pattern BYTES = Pattern.compile("\"prog\": *\"([0-9a-f]*)\"");

  /**
   * One program.
   *
   * @param name its name
   * @param bytes its code, little-endian
   */
  public record Program(String name, byte[] bytes) {

    /** {@return the decoded and checked program} */
    public CheckedProgram check() {
      Map<Integer, String> helpers = new HashMap<>();
      for (int number = 0; number < HELPERS; number++) {
        helpers.put(number, "helper" + number);
      }
      return ProgramChecker.check(bytes, ByteOrder.LITTLE_ENDIAN, helpers);
    }
  }

  /** {@return the programs that are run, by name} */
  public List<Program> performance() throws IOException {
    List<Path> files;
    try (var entries = Files.list(folder.resolve("src/main/bpf"))) {
      files = entries.filter(file -> file.toString().endsWith(BINARY)).sorted().toList();
    }
    List<Program> programs = new ArrayList<>();
    for (Path file : files) {
      String name = String.valueOf(file.getFileName()).replace(BINARY, "");
      programs.add(new Program(name, Files.readAllBytes(file)));
    }
    return programs;
  }

  /** {@return the programs of the project's test vectors, without those that must be refused} */
  public List<Program> vectors() throws IOException {
    Path file =
        folder.resolve("../consumers/bpf/src/test/resources/org/jitalloc/bpf/vectors.jsonl");
    List<Program> programs = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      var bytes = BYTES.matcher(line);
      if (!bytes.find()) {
        continue;
      }
      var program =
          new Program("vector" + programs.size(), HexFormat.of().parseHex(bytes.group(1)));
      if (isProgram(program)) {
        programs.add(program);
      }
    }
    return programs;
  }

  private static boolean isProgram(Program program) {
    try {
      program.check();
      return true;
    } catch (BpfLoadException _) {
      return false;
    }
  }
}
