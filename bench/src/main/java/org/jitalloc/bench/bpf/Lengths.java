package org.jitalloc.bench.bpf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.jitalloc.bench.process.Tool;

/** Counts instructions. */
final class Lengths {
  private static final int ARM64_BYTES = 4;

  /** A line of objdump: an address, a colon, bytes. */
  private static final Pattern LINE = Pattern.compile("^ *[0-9a-f]+:\t");

  private Lengths() {}

  /**
   * Counts the instructions of code. GNU objdump counts those of x86-64.
   *
   * @throws IOException if GNU objdump is needed and fails
   */
  static int count(String arch, byte[] code) throws IOException {
    return switch (arch) {
      case "arm64" -> code.length / ARM64_BYTES;
      case "s390x" -> ofS390(code);
      case "amd64" -> byObjdump(code);
      default ->
          throw new IOException("the length of instructions of %s is unknown".formatted(arch));
    };
  }

  /** The first two bits determine the length of an instruction. */
  private static int ofS390(byte[] code) {
    int count = 0;
    for (int at = 0; at < code.length; count++) {
      at +=
          switch (code[at] >> 6 & 3) {
            case 0 -> 2;
            case 3 -> 6;
            default -> 4;
          };
    }
    return count;
  }

  private static int byObjdump(byte[] code) throws IOException {
    Path file = Files.createTempFile("jitalloc", ".bin");
    try {
      Files.write(file, code);
      String listing =
          Tool.must(
              List.of("objdump", "-D", "-z", "-w", "-b", "binary", "-m", "i386:x86-64", file + ""));
      return (int) listing.lines().filter(line -> LINE.matcher(line).find()).count();
    } finally {
      Files.delete(file);
    }
  }
}
