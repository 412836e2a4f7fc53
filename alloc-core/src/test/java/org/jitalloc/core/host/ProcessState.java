package org.jitalloc.core.host;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The state of this process in {@code /proc/self}. */
final class ProcessState {

  private ProcessState() {}

  /** {@return the mappings of our memory files, except handlers, which stay mapped on purpose} */
  static List<String> ourMappings() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/maps")).stream()
        .filter(line -> line.contains("memfd:jitalloc"))
        .filter(line -> !line.contains("memfd:jitalloc-handler"))
        .toList();
  }

  /** {@return the open files that no other code opens} */
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
    } catch (IOException closedMeanwhile) {
      return "";
    }
  }

  /** {@return the size of the address space, in bytes} */
  static long addressSpaceBytes() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("VmSize:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
        .findFirst()
        .orElseThrow();
  }

  /** {@return the memory of our memory files, in bytes} */
  static long fileBytes() throws IOException, InterruptedException {
    long blocks = 0;
    try (var files = Files.list(Path.of("/proc/self/fd"))) {
      for (Path file : files.filter(f -> name(f).contains("memfd:jitalloc")).toList()) {
        String path = "/proc/%d/fd/%s".formatted(ProcessHandle.current().pid(), file.getFileName());
        Process stat = new ProcessBuilder("stat", "-L", "-c", "%b", path).start();
        blocks +=
            Long.parseLong(new String(stat.getInputStream().readAllBytes(), US_ASCII).strip());
        stat.waitFor();
      }
    }
    return blocks * 512;
  }

  /** {@return the resident bytes of the mappings that start in a range} */
  static long residentBytes(long start, long bytes) throws IOException {
    boolean counts = false;
    long resident = 0;
    for (String line : Files.readAllLines(Path.of("/proc/self/smaps"))) {
      if (line.matches("[0-9a-f]+-[0-9a-f]+ .*")) {
        long first = Long.parseUnsignedLong(line.substring(0, line.indexOf('-')), 16);
        counts = first - start >= 0 && first - start < bytes;
      } else if (counts && line.startsWith("Rss:")) {
        resident += Long.parseLong(line.replaceAll("\\D", "")) * 1024;
      }
    }
    return resident;
  }

  /** {@return the permissions of a range, such as {@code r-x}, one entry for each mapping} */
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
