package org.jitalloc.arch.s390;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Runs GNU as for s390x. A test that needs it where it is not installed is skipped, and says so.
 */
public final class Tool {
  private static final String PREFIX = "s390x-linux-gnu-";

  /** Marks where the code ends: GNU as rounds sections up. */
  private static final byte END_BYTE = (byte) 0xee;

  private static final String END = "\n.byte 0xee\n";

  private Tool() {}

  /** Assembles and gives the bytes of .text. */
  public static byte[] assemble(Path dir, String source) throws IOException {
    var text = Files.writeString(dir.resolve("code.s"), source + END).toString();
    var object = dir.resolve("code.o").toString();
    var binary = dir.resolve("code.bin");
    must(PREFIX + "as", "-o", object, text);
    must(PREFIX + "objcopy", "-O", "binary", "-j", ".text", object, binary.toString());
    byte[] padded = Files.readAllBytes(binary);
    int end = padded.length - 1;
    while (padded[end] != END_BYTE) end--;
    return Arrays.copyOf(padded, end);
  }

  private static void must(String... command) throws IOException {
    Process process;
    try {
      process = new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException missing) {
      System.err.println("SKIPPED: these bytes were checked by nothing: " + missing.getMessage());
      assumeTrue(false, "not installed: " + command[0]);
      throw missing;
    }
    String output = new String(process.getInputStream().readAllBytes());
    try {
      if (process.waitFor() != 0)
        throw new AssertionError(List.of(command) + " failed:\n" + output);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while running " + command[0], e);
    }
  }
}
