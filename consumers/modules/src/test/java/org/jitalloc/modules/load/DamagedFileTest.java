package org.jitalloc.modules.load;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.jitalloc.arch.tck.module.KernelModuleSource;
import org.jitalloc.arch.tck.module.ModuleAssembler;
import org.jitalloc.modules.LoadOptions;
import org.jitalloc.modules.LoadedModule;
import org.jitalloc.modules.ModuleException;
import org.jitalloc.modules.ModuleParameter;
import org.jitalloc.modules.symbols.SymbolTable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Whatever happened to a file: it is loaded or refused with a reason, and nothing is left of it.
 *
 * <p>{@code -Djitalloc.test.damaged.files=N} damages N files of each architecture; {@code
 * -Djitalloc.test.damaged.modules=DIR} takes the small modules below DIR/amd64, DIR/arm64 and
 * DIR/s390x besides.
 */
final class DamagedFileTest {
  private static final int FILES = Integer.getInteger("jitalloc.test.damaged.files", 1500);
  private static final String MODULES = System.getProperty("jitalloc.test.damaged.modules", "");
  private static final int SMALL_BYTES = 64 << 10;

  /** Of a thread's time, which others on the machine do not add to. */
  private static final long HANG_NANOS = 1_000_000_000;

  private static final long[] HOSTILE = {
    0, 1, -1, 0x7fffffffL, 0xffffffffL, 0x100000000L, Long.MAX_VALUE, Long.MIN_VALUE, -8
  };

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource
  void damagedFiles_areLoadedOrRefused(ModuleAssembler machine) throws IOException {
    var image = new ImageFixture(machine, folder);
    List<byte[]> sources = sources(image, machine);
    LoadOptions everything =
        LoadOptions.DEFAULTS.withAllowMissing(true).withCpuFeatures(Set.of(1, 3, 7, 54, 156));
    long seed = 20261121;
    var random = new Random(seed);
    int refused = 0;
    Path file = folder.resolve("damaged.ko");
    for (int i = 0; i < FILES; i++) {
      byte[] good = sources.get(random.nextInt(sources.size()));
      // A new file, since cutting off one that is mapped is not what is tried here.
      Files.deleteIfExists(file);
      Files.write(file, damage(good, random));
      long start = THREADS.getCurrentThreadCpuTime();
      try {
        LoadedModule module =
            image.loader.load(file, i % 2 == 0 ? LoadOptions.DEFAULTS : everything);
        look(module);
        module.unload(true);
      } catch (ModuleException refusal) {
        refused++;
      } catch (RuntimeException | Error failure) {
        throw new AssertionError("file %d of seed %d".formatted(i, seed), failure);
      }
      long nanos = THREADS.getCurrentThreadCpuTime() - start;
      assertTrue(nanos < HANG_NANOS, "file %d of seed %d took %d ns".formatted(i, seed, nanos));
      image.requireNothingLeft();
    }
    assertTrue(refused > FILES / 4 && refused < FILES, "refused: " + refused);
  }

  private static List<byte[]> sources(ImageFixture image, ModuleAssembler machine)
      throws IOException {
    String source =
        ".text\nf: %s\n.data\n.globl shared\nshared: %s\n%s\n.section .init.text,\"ax\"\n%s\n%s"
            .formatted(
                machine.nop(),
                machine.address("f+1"),
                machine.address("shared"),
                machine.nop(),
                machine.export("shared"));
    var sources = new ArrayList<byte[]>();
    sources.add(Files.readAllBytes(image.assemble("good", source)));
    sources.add(Files.readAllBytes(image.assemble("kernel", kernelModule(machine))));
    if (!MODULES.isEmpty()) {
      List<Path> real;
      try (Stream<Path> all = Files.walk(Path.of(MODULES, machine.arch()))) {
        real = all.filter(it -> it.toString().endsWith(".ko")).sorted().toList();
      }
      for (Path module : real) {
        if (Files.size(module) <= SMALL_BYTES) {
          sources.add(Files.readAllBytes(module));
        }
      }
      assertTrue(sources.size() > 1, "no small modules below " + MODULES + "/" + machine.arch());
    }
    return sources;
  }

  /** With parameters, versions of symbols, and tables of code. */
  static String kernelModule(ModuleAssembler machine) {
    return KernelModuleSource.withParameters(machine)
        + new KernelModuleSource(machine, "license=GPL", "depends=", "import_ns=SPACE")
            .export("one", true, "SPACE", 0x1234)
            .expect("other", 0x5678)
        + CodeTablesTest.source(machine, 0);
  }

  /** Reads all that a module says of itself. */
  static void look(LoadedModule module) {
    module.parameters().forEach(ModuleParameter::value);
    SymbolTable symbols = module.symbols();
    for (int i = 0; i < symbols.count(); i++) {
      symbols.name(i);
      symbols.address(i);
      symbols.letter(i);
    }
    assertNotNull(module.exports().toString());
    assertNotNull(module.sections().toString());
    module.facts();
    module.unwindTable();
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
