package org.jitalloc.arch.x86.decode;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** What objdump says of a file, line by line while it is still writing. */
final class Listing {
  private static final String SECTION = "Disassembly of section ";

  private Listing() {}

  /**
   * One line.
   *
   * @param section the section it is in
   * @param address its address there
   * @param length how many bytes it shows
   * @param text what they are in objdump's words
   */
  record Line(String section, long address, int length, String text) {}

  /** Disassembles the code of an ELF file. */
  static void ofElf(String file, Consumer<Line> each) throws IOException {
    run(List.of("objdump", "-d", "-z", "-w", file), each);
  }

  /** Disassembles bytes. */
  static void ofBytes(String file, Consumer<Line> each) throws IOException {
    run(List.of("objdump", "-D", "-z", "-w", "-b", "binary", "-m", "i386:x86-64", file), each);
  }

  private static void run(List<String> command, Consumer<Line> each) throws IOException {
    var process =
        new ProcessBuilder(new ArrayList<>(command))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (var in =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.ISO_8859_1),
            1 << 16)) {
      String section = "";
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        if (line.startsWith(SECTION)) {
          section = line.substring(SECTION.length(), line.length() - 1);
        } else {
          parse(section, line, each);
        }
      }
    } finally {
      process.destroy();
    }
  }

  private static void parse(String section, String line, Consumer<Line> each) {
    int first = line.indexOf(":\t");
    if (first < 0) {
      return;
    }
    int second = line.indexOf('\t', first + 2);
    String text = second < 0 ? "" : line.substring(second + 1);
    int end = second < 0 ? line.length() : second;
    int bytes = 0;
    for (int at = first + 2; at + 1 < end && line.charAt(at) != ' '; at += 3) {
      bytes++;
    }
    long address = Long.parseUnsignedLong(line.substring(0, first).strip(), 16);
    each.accept(new Line(section, address, bytes, text));
  }
}
