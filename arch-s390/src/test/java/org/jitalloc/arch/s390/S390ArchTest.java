package org.jitalloc.arch.s390;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;
import org.jitalloc.ModMemType;
import org.jitalloc.Purpose;
import org.jitalloc.arch.AddressRange;
import org.jitalloc.arch.AddressSpaceLayout;
import org.jitalloc.arch.Arch;
import org.jitalloc.arch.JitAllocParams;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class S390ArchTest {

  private final Arch arch = new S390Arch();

  @TempDir Path dir;

  private byte[] assemble(String source) throws IOException, InterruptedException {
    Path object = dir.resolve("code.o");
    Path binary = dir.resolve("code.bin");
    run(
        "s390x-linux-gnu-as",
        "-o",
        object.toString(),
        Files.writeString(dir.resolve("code.s"), source).toString());
    run(
        "s390x-linux-gnu-objcopy",
        "-O",
        "binary",
        "-j",
        ".text",
        object.toString(),
        binary.toString());
    return Files.readAllBytes(binary);
  }

  private static void run(String... command) throws IOException, InterruptedException {
    Process process;
    try {
      process = new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException missing) {
      assumeTrue(false, "SKIPPED, install it to check these bytes: " + missing.getMessage());
      throw missing;
    }
    String output = new String(process.getInputStream().readAllBytes());
    assertEquals(0, process.waitFor(), output);
  }

  @Test
  void service_isOnTheClassPath() {
    assertTrue(ServiceLoader.load(Arch.class).stream().anyMatch(p -> p.type() == S390Arch.class));
  }

  @Test
  void bytes_areWhatGnuAsMakes() throws Exception {
    ByteArrayOutputStream ours = new ByteArrayOutputStream();
    ours.writeBytes(arch.returnConstant(0));
    ours.writeBytes(arch.returnConstant(255));
    assertArrayEquals(assemble("lghi %r2,0\nbr %r14\nlghi %r2,255\nbr %r14\n"), ours.toByteArray());
    assertEquals(2, arch.trapFill().length);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void modules_areBelowTheKernel_withinReachOfIt(boolean kaslr) {
    for (long seed = 0; seed < 500; seed++) {
      AddressSpaceLayout.Kernel kernel = arch.defaultKernel(kaslr, seed);
      for (ModMemType type : ModMemType.values()) {
        for (Purpose purpose : Purpose.values()) {
          JitAllocParams params = arch.params(kernel, type, purpose);
          AddressRange range = params.range();
          assertEquals(kernel.image().start() & -(1 << 20), range.end());
          assertEquals(0, range.start() % 4096);
          long skipped = (2L << 30) - range.bytes();
          assertTrue(kaslr ? skipped >= 4096 && skipped <= 1024 * 4096 : skipped == 0);
          assertTrue(kernel.image().end() - range.start() <= arch.directCallReachBytes());
          assertEquals(kernel.vmalloc().end(), range.end() - (2L << 30));
          assertEquals(null, params.fallback());
        }
      }
    }
  }

  @Test
  void layouts_areTheSameForTheSameSeed() {
    for (Arch other : List.of(arch, new S390Arch())) {
      assertEquals(arch.defaultKernel(true, 9), other.defaultKernel(true, 9));
    }
  }
}
