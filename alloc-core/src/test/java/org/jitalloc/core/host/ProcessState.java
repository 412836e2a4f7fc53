package org.jitalloc.core.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What the kernel says of this process. */
final class ProcessState {

  private ProcessState() {}

  /** {@return the mappings that are ours for certain} */
  static List<String> ourMappings() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/maps")).stream()
        .filter(line -> line.contains("memfd:jitalloc"))
        .toList();
  }

  /** {@return the files that only we open} */
  static List<String> ourFiles() throws IOException {
    try (var files = Files.list(Path.of("/proc/self/fd"))) {
      return files
          .map(ProcessState::name)
          .filter(
              name ->
                  name.contains("memfd:jitalloc")
                      || name.endsWith("/mem")
                      || name.endsWith("/pagemap"))
          .sorted()
          .toList();
    }
  }

  private static String name(Path file) {
    try {
      return Files.readSymbolicLink(file).toString();
    } catch (IOException goneMeanwhile) {
      return "";
    }
  }

  static long addressSpaceBytes() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("VmSize:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
        .findFirst()
        .orElseThrow();
  }

  /** {@return what addresses allow, such as {@code r-x}, one entry for each mapping} */
  static List<String> permissions(long start, long bytes) throws IOException {
    return Files.readAllLines(Path.of("/proc/self/maps")).stream()
        .map(line -> line.split("[- ]", 3))
        .filter(
            f ->
                Long.parseUnsignedLong(f[0], 16) < start + bytes
                    && Long.parseUnsignedLong(f[1], 16) > start)
        .map(f -> f[2].substring(0, 3))
        .toList();
  }
}
