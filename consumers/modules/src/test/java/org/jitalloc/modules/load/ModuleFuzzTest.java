package org.jitalloc.modules.load;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import org.jitalloc.arch.tck.module.ModuleAssembler;
import org.jitalloc.modules.LoadOptions;
import org.jitalloc.modules.LoadedModule;
import org.jitalloc.modules.ModuleException;

/**
 * Any bytes are loaded or refused with a reason, soon, and nothing is left of them. Tries the files
 * among the resources; with {@code JAZZER_FUZZ=1} in the environment, looks for more.
 */
final class ModuleFuzzTest {
  private static final long HANG_NANOS =
      1_000_000_000L * Integer.getInteger("jitalloc.test.hang", 1);
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final LoadOptions OPTIONS =
      LoadOptions.DEFAULTS.withAllowMissing(true).withCpuFeatures(Set.of(1, 3, 7, 54, 156));

  /** Images stay for the life of the process, so there is one of each. */
  private static final Map<ModuleAssembler, ImageFixture> WORKSHOPS =
      new EnumMap<>(ModuleAssembler.class);

  @FuzzTest(maxDuration = "10m")
  void load(byte[] bytes) throws IOException {
    Path folder = Files.createTempDirectory("fuzz");
    Path file = folder.resolve("module.ko");
    try {
      Files.write(file, bytes);
      ModuleAssembler machine = machine(bytes);
      ImageFixture image =
          WORKSHOPS.computeIfAbsent(machine, missing -> new ImageFixture(missing, folder));
      long start = THREADS.getCurrentThreadCpuTime();
      try {
        LoadedModule module = image.loader.load(file, OPTIONS);
        DamagedFileTest.look(module);
        module.unload(true);
      } catch (ModuleException refused) {
        assertTrue(String.valueOf(refused.getMessage()).contains("module.ko"), refused::toString);
      }
      long nanos = THREADS.getCurrentThreadCpuTime() - start;
      assertTrue(nanos < HANG_NANOS, "took " + nanos + " ns");
      image.requireNothingLeft();
    } finally {
      Files.deleteIfExists(file);
      Files.delete(folder);
    }
  }

  /** Whose the file says that it is, so that it is not refused at once. */
  private static ModuleAssembler machine(byte[] bytes) {
    int said = bytes.length < 20 ? 0 : bytes[18] + bytes[19] & 0xff;
    return switch (said) {
      case 183 -> ModuleAssembler.ARM64;
      case 22 -> ModuleAssembler.S390X;
      default -> ModuleAssembler.AMD64;
    };
  }
}
