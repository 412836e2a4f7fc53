package org.jitalloc.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs all races for a short time each; {@code -Djitalloc.test.races.millis=10000} makes it longer.
 */
class RacesTest {
  private static final int LEAST_RACES = 15;

  /** The exit code and the output of jcstress. */
  private record Run(int exit, String output) {}

  @Test
  void races_haveAcceptableOutcomesOnly(@TempDir Path report) throws Exception {
    Run run = run(report);
    assertEquals(0, run.exit(), run::output);
    int races = races();
    assertTrue(races >= LEAST_RACES, () -> races + " races");
    String all = "%d planned; %1$d passed, 0 failed, 0 soft errs, 0 hard errs".formatted(races);
    assertTrue(run.output().contains(all), run::output);
  }

  private static Run run(Path report) throws IOException, InterruptedException {
    var builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            "org.openjdk.jcstress.Main",
            "-f",
            "1",
            "-iters",
            "2",
            "-time",
            System.getProperty("jitalloc.test.races.millis", "300"),
            "-sc",
            "false",
            "-af",
            "NONE",
            "-r",
            report.toString(),
            "-jvmArgs",
            "--enable-native-access=ALL-UNNAMED");
    builder.directory(report.toFile()).redirectErrorStream(true);
    Process process = builder.start();
    process.getOutputStream().close();
    try (InputStream output = process.getInputStream()) {
      var text = new String(output.readAllBytes(), StandardCharsets.UTF_8);
      return new Run(process.waitFor(), text);
    }
  }

  /** {@return the number of races} */
  private static int races() throws IOException {
    try (InputStream list = RacesTest.class.getResourceAsStream("/META-INF/TestList")) {
      var text = new String(list.readAllBytes(), StandardCharsets.UTF_8);
      return (int) text.lines().filter(line -> line.startsWith("JCTEST")).count();
    }
  }
}
