package org.jitalloc.arch.tck.tool;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/**
 * GNU as and objdump of one architecture.
 *
 * @param prefix the prefix of the names of the tools, such as {@code aarch64-linux-gnu-}
 * @param header the start of each source
 * @param asOptions options of as
 * @param objdumpOptions options of objdump, with the machine, because code has no header
 */
public record GnuToolchain(
    String prefix, String header, List<String> asOptions, List<String> objdumpOptions)
    implements Toolchain {

  /** The mark of the end of the code, because GNU as rounds sections up. */
  private static final byte END_BYTE = (byte) 0xee;

  private static final String END = "\n.byte 0xee\n";

  /** Offset, bytes and instruction. */
  private static final Pattern LINE = Pattern.compile("^ *([0-9a-f]+):\t[0-9a-f ]+\t(.*)$");

  private static final Pattern UNDEFINED =
      Pattern.compile(
          "\\(bad\\)|\\.(inst|long|short|byte|insn|word)\\b.*|udf\\b.*|.*; undefined.*");

  /**
   * Returns the prefix of the names of the GNU tools for an architecture on amd64. If another
   * machine is emulated, the tools still run on amd64.
   *
   * @param arch {@code amd64}, {@code arm64} or {@code s390x}
   * @return such as {@code aarch64-linux-gnu-}, or the empty string
   */
  public static String prefix(String arch) {
    return switch (arch) {
      case "arm64" -> "aarch64-linux-gnu-";
      case "s390x" -> "s390x-linux-gnu-";
      default -> "";
    };
  }

  @Override
  public byte[] assemble(String text) {
    ToolCommand.need(prefix + "as", prefix + "objcopy");
    return inFolder(
        folder -> {
          var source = Files.writeString(folder.resolve("code.s"), header + text + END);
          var object = folder.resolve("code.o").toString();
          var binary = folder.resolve("code.bin");
          var as = new ArrayList<>(List.of(prefix + "as"));
          as.addAll(asOptions);
          as.addAll(List.of("-o", object, source.toString()));
          ToolCommand.must(as);
          ToolCommand.must(
              List.of(
                  prefix + "objcopy", "-O", "binary", "-j", ".text", object, binary.toString()));
          byte[] padded = Files.readAllBytes(binary);
          int end = padded.length - 1;
          while (padded[end] != END_BYTE) {
            end--;
          }
          return Arrays.copyOf(padded, end);
        });
  }

  @Override
  public List<Decoded> disassemble(byte[] code) {
    ToolCommand.need(prefix + "objdump");
    return inFolder(
        folder -> {
          var file = Files.write(folder.resolve("code.bin"), code);
          var command = new ArrayList<>(List.of(prefix + "objdump", "-D", "-z", "-w"));
          command.addAll(List.of("-b", "binary"));
          command.addAll(objdumpOptions);
          command.add(file.toString());
          return parse(ToolCommand.must(command));
        });
  }

  private static List<Decoded> parse(String listing) {
    var decoded = new ArrayList<Decoded>();
    for (String line : listing.lines().toList()) {
      var m = LINE.matcher(line);
      if (!m.matches()) {
        continue;
      }
      String text = m.group(2).strip().replace('\t', ' ');
      boolean defined = !UNDEFINED.matcher(text).matches();
      decoded.add(new Decoded(Integer.parseInt(m.group(1), 16), text, defined));
    }
    return decoded;
  }

  private interface Work<T> {
    T in(Path folder) throws IOException;
  }

  private static <T> T inFolder(Work<T> work) {
    try {
      Path folder = Files.createTempDirectory("gnu");
      try {
        return work.in(folder);
      } finally {
        for (var file : List.of("code.s", "code.o", "code.bin")) {
          Files.deleteIfExists(folder.resolve(file));
        }
        Files.delete(folder);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
