package org.jitalloc.modules.load;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.jitalloc.modules.LoadOptions;
import org.jitalloc.modules.ModuleException;
import org.jitalloc.modules.load.Workshop.Machine;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Whatever happened to a file: it is loaded or refused with a reason, and nothing is left of it.
 */
final class DamagedFileTest {
  private static final int FILES = 1500;
  private static final long[] HOSTILE = {
    0, 1, -1, 0x7fffffffL, 0xffffffffL, 0x100000000L, Long.MAX_VALUE, Long.MIN_VALUE, -8
  };

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource
  void damagedFiles_areLoadedOrRefused(Machine machine) throws IOException {
    var workshop = new Workshop(machine, folder);
    String source =
        ".text\nf: %s\n.data\n.globl shared\nshared: %s\n%s\n.section .init.text,\"ax\"\n%s\n%s"
            .formatted(
                machine.nop,
                machine.address("f+1"),
                machine.address("shared"),
                machine.nop,
                machine.export("shared"));
    byte[] good = Files.readAllBytes(workshop.assemble("good", source));
    long seed = 20261121;
    var random = new Random(seed);
    int refused = 0;
    for (int i = 0; i < FILES; i++) {
      Path file = Files.write(folder.resolve("damaged.ko"), damage(good, random));
      try {
        workshop.loader.load(file, LoadOptions.DEFAULTS).close();
      } catch (ModuleException refusal) {
        refused++;
      } catch (RuntimeException | Error failure) {
        throw new AssertionError("file %d of seed %d".formatted(i, seed), failure);
      }
      workshop.requireNothingLeft();
    }
    assertTrue(refused > FILES / 4 && refused < FILES, "refused: " + refused);
  }

  private static byte[] damage(byte[] good, Random random) {
    int kind = random.nextInt(4);
    if (kind == 0) {
      return Arrays.copyOf(good, random.nextInt(good.length));
    }
    byte[] bytes = good.clone();
    for (int i = 1 + random.nextInt(4); i > 0; i--) {
      int at = random.nextInt(bytes.length - 8) & -8;
      switch (kind) {
        case 1 -> bytes[at + random.nextInt(8)] ^= (byte) (1 << random.nextInt(8));
        case 2 -> bytes[at + random.nextInt(8)] = (byte) random.nextInt();
        default -> {
          long value = HOSTILE[random.nextInt(HOSTILE.length)];
          for (int j = 0; j < 8; j++) {
            bytes[at + j] = (byte) (value >>> 8 * j);
          }
        }
      }
    }
    return bytes;
  }
}
