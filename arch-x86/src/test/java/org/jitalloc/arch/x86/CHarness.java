package org.jitalloc.arch.x86;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jitalloc.arch.tck.tool.ToolCommand;
import org.junit.jupiter.api.Assumptions;

/** C programs that run emitted code. */
public final class CHarness {

  private CHarness() {}

  /** Compiles a C program of the test resources; skips the test loudly where it would not run. */
  public static Path compile(Path dir, String resource, String... more) throws IOException {
    needMachine();
    ToolCommand.need("gcc");
    var source = dir.resolve(resource);
    try (InputStream in = CHarness.class.getResourceAsStream("/" + resource)) {
      Files.write(source, in.readAllBytes());
    }
    var program = dir.resolve(resource.replace(".c", ""));
    var options = List.of("-O1", "-Wall", "-Werror", "-pthread", "-o", program.toString());
    var command = new ArrayList<>(List.of("gcc"));
    command.addAll(options);
    command.addAll(List.of(more));
    command.add(source.toString());
    ToolCommand.must(command);
    return program;
  }

  private static void needMachine() {
    boolean here =
        System.getProperty("os.arch").matches("amd64|x86_64")
            && System.getProperty("os.name").equals("Linux");
    if (!here) {
      System.err.println("SKIPPED: this is no x86-64 Linux, so the emitted code was not run");
    }
    Assumptions.assumeTrue(here, "needs x86-64 Linux");
  }
}
