package org.jitalloc.core.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The resources that this project holds in the process, for tests in other packages. */
public final class ProcessMappings {

  private ProcessMappings() {}

  /** {@return the lines of /proc/self/maps for memory files of this project} */
  public static List<String> ofJitalloc() throws IOException {
    return ProcessState.ourMappings();
  }

  /** {@return the descriptor of an open memory file of this project} */
  public static String memoryFile() throws IOException {
    try (var descriptors = Files.list(Path.of("/proc/self/fd"))) {
      return descriptors
          .filter(descriptor -> target(descriptor).contains("memfd:jitalloc"))
          .findFirst()
          .orElseThrow()
          .getFileName()
          .toString();
    }
  }

  /** {@return whether a descriptor refers to a file} */
  public static boolean isOpenAs(String descriptor, Path file) {
    return target(Path.of("/proc/self/fd", descriptor)).equals(file.toString());
  }

  private static String target(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString();
    } catch (IOException closed) {
      return "";
    }
  }

  /** {@return the peak resident set size of the process, in bytes} */
  public static long peakResidentBytes() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("VmHWM:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
        .findFirst()
        .orElseThrow();
  }
}
