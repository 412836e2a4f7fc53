package org.jitalloc.itests.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jitalloc.itests.harness.Distribution;
import org.jitalloc.itests.harness.ProgramRunner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A container without some consumers: the others work. */
final class FewerBundlesTest {
  private static final String SEVEN = "b700000007000000 9500000000000000";

  @TempDir Path home;

  @ParameterizedTest
  @CsvSource({
    "'modules,kmod,ftrace,kprobes', bpf:run seven.hex, 0000000000000007",
    "'bpf,modules,kmod', mem:stats, host",
    "'bpf,ftrace,kprobes', mod:list, No modules are loaded",
    "'bpf,ftrace,kprobes,kmod', mod:stats, No module was loaded",
    "'bpf,modules,kmod,kprobes', trace:tracer, nop",
  })
  void shell_withoutThem_hasTheCommandsOfTheOthers(String without, String command, String answer)
      throws Exception {
    Files.writeString(home.resolve("seven.hex"), SEVEN);
    ProgramRunner.Result result = run(List.of(without.split(",")), command);
    assertEquals("", result.err());
    assertEquals(0, result.code());
    assertTrue(result.out().contains(answer), result.out());
  }

  @ParameterizedTest
  @ValueSource(strings = {"mod:list", "mod:info", "mod:depmod", "mod:simulate", "mod:report"})
  void shell_withoutKmod_hasNoCommandsOfIt(String command) throws Exception {
    ProgramRunner.Result result = run(List.of("kmod"), command);
    assertTrue(result.err().contains("Command not found: " + command), result.err());
    assertEquals(1, result.code());
  }

  @Test
  void shell_withoutZstd_refusesOnlyWhatThatCompressed() throws Exception {
    Files.write(home.resolve("some.ko.zst"), HexFormat.of().parseHex("28b52ffd"));
    ProgramRunner.Result result = run(List.of("zstd-jni"), "mod:list; mod:load some.ko.zst");
    assertTrue(result.out().contains("No modules are loaded"), result.out());
    assertTrue(result.err().contains("zstd-jni cannot be used on this "), result.err());
    assertEquals(1, result.code());
  }

  private ProgramRunner.Result run(List<String> without, String command) throws Exception {
    copy(without);
    Path root = Distribution.bundles().getParent();
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    return ProgramRunner.run(
        home,
        "",
        Map.of(),
        _ -> {},
        List.of(
            java,
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-cp",
            root.resolve("lib") + "/*",
            "org.jitalloc.dist.Main",
            home.toString(),
            "exec",
            command));
  }

  private void copy(List<String> without) throws IOException {
    Path bundles = Files.createDirectory(home.resolve("bundle"));
    try (var files = Files.list(Distribution.bundles())) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString();
        if (without.stream()
            .noneMatch(left -> name.matches("(org\\.jitalloc\\.)?" + left + "-.*"))) {
          Files.copy(file, bundles.resolve(name));
        }
      }
    }
  }
}
