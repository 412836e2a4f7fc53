package org.jitalloc.itests.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jitalloc.itests.harness.Distribution;
import org.jitalloc.itests.harness.ProgramRunner;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example of the README on a plain class path: it compiles, runs and prints 42. */
final class ReadmeTest {

  @Test
  void example_compilesAndRuns(@TempDir Path directory) throws Exception {
    Assumptions.assumeTrue(
        System.getProperty("os.arch").equals("amd64"), "the example's code is for x86-64");
    String readme = Files.readString(Distribution.root().resolve("README.md"));
    var block = Pattern.compile("(?s)```java\n(.*?)```").matcher(readme);
    assertTrue(block.find(), "README.md has no Java example");
    Path source = Files.writeString(directory.resolve("Example.java"), block.group(1));
    String classPath =
        Distribution.classPath(
            "org.jitalloc.api-",
            "org.jitalloc.core-",
            "org.jitalloc.arch.support-",
            "org.jitalloc.arch.x86-",
            "caffeine-");
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    var result =
        ProgramRunner.run(
            directory,
            "",
            Map.of(),
            _ -> {},
            List.of(
                java.toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                classPath,
                source.toString()));
    assertEquals(0, result.code(), result.err());
    assertTrue(result.out().startsWith("42 Allocation["), result.out());
    assertEquals("", result.err());
  }
}
