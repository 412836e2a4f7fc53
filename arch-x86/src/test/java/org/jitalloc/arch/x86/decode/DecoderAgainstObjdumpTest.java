package org.jitalloc.arch.x86.decode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.jitalloc.arch.tck.tool.ToolCommand;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every instruction as objdump takes it apart: of the libraries of this very process, and of random
 * bytes. The few differences that are on purpose have a name in {@link Differences}.
 */
class DecoderAgainstObjdumpTest {
  private static final int RANDOM_BYTES = 1_000_000;

  @TempDir Path dir;
  private final ObjdumpComparison comparison = new ObjdumpComparison();

  @BeforeEach
  void need() {
    ToolCommand.need("objdump");
  }

  @ParameterizedTest
  @ValueSource(strings = {"libc.so.6", "libjvm.so"})
  void libraries_everyInstruction_asObjdumpSays(String library) throws IOException {
    DecodeProfile.compare(find(library), comparison);
    System.out.println(library + ": " + comparison.report());
    assertEquals(0, comparison.differenceCount());
    assertTrue(comparison.instructions() > 100_000, "hardly any code");
    assertTrue(
        comparison
            .flows()
            .keySet()
            .containsAll(java.util.Set.of(ControlTransfer.CALL, ControlTransfer.RETURN)));
  }

  @Test
  void randomBytes_sameLengthOrRefusedByBoth() throws IOException {
    long seed = new Random().nextLong();
    byte[] code = new RandomCode(seed).bytes(RANDOM_BYTES);
    byte[] padded = Arrays.copyOf(code, code.length + DecodedInstruction.MAX_BYTES);
    var file = Files.write(dir.resolve("code"), padded);
    Listing.ofBytes(
        file.toString(),
        line -> {
          if (line.address() < code.length) {
            comparison.line(padded, 0, line);
          }
        });
    System.out.println("random: " + comparison.report());
    assertEquals(0, comparison.differenceCount(), "seed " + seed);
    assertTrue(comparison.instructions() > 100_000, "hardly any code");
    assertTrue(comparison.refused() > 10_000, "hardly anything refused");
  }

  /** A library of this process, wherever this system keeps it. */
  private static String find(String library) throws IOException {
    var maps = Path.of("/proc/self/maps");
    boolean here = Files.exists(maps) && System.getProperty("os.arch").matches("amd64|x86_64");
    String found =
        here
            ? Files.readAllLines(maps).stream()
                .filter(line -> line.endsWith("/" + library))
                .map(line -> line.substring(line.indexOf('/')))
                .findFirst()
                .orElse("")
            : "";
    if (found.isEmpty()) {
      System.err.printf("SKIPPED: no %s of x86-64 here%n", library);
    }
    Assumptions.assumeFalse(found.isEmpty(), library + " of x86-64 is not in this process");
    return found;
  }
}
