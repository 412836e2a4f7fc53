package org.jitalloc.itests.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jitalloc.itests.harness.Distribution;
import org.jitalloc.itests.harness.ProgramRunner;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The tour in each memory mode. Another process reads the kernel's list of mappings of the tour in
 * a loop: no mapping is writable and executable, except the code cache of the JVM.
 */
final class TourTest {
  private static final Path HUGE_PAGES =
      Path.of("/sys/kernel/mm/hugepages/hugepages-2048kB/free_hugepages");
  private static final Path SHMEM = Path.of("/sys/kernel/mm/transparent_hugepage/shmem_enabled");
  private static final Path ANONYMOUS = Path.of("/sys/kernel/mm/transparent_hugepage/enabled");
  private static final Pattern CODE_CACHE =
      Pattern.compile("bounds \\[0x([0-9a-f]+), 0x[0-9a-f]+, 0x([0-9a-f]+)\\]");

  /** A mapping that is writable and executable. */
  private record Mapping(long start, long end) implements Comparable<Mapping> {
    static Mapping of(String from, String to) {
      return new Mapping(Long.parseUnsignedLong(from, 16), Long.parseUnsignedLong(to, 16));
    }

    boolean isInside(Mapping other) {
      return start >= other.start && end <= other.end;
    }

    @Override
    public int compareTo(Mapping other) {
      return Long.compare(start, other.start) != 0
          ? Long.compare(start, other.start)
          : Long.compare(end, other.end);
    }

    @Override
    public String toString() {
      return "%x-%x".formatted(start, end);
    }
  }

  /** Reads the mappings of the process of the launcher. */
  private static final class Watcher {
    private final Set<Mapping> suspects = new TreeSet<>();
    private boolean isTour;
    private int looks;

    void look(Process process) {
      try {
        Path maps = Path.of("/proc/%d/maps".formatted(process.pid()));
        isTour = isTour || Files.readString(maps).contains("libjvm.so");
        if (isTour) {
          looks++;
          for (String line : Files.readAllLines(maps)) {
            String[] fields = line.split("[- ]", 4);
            if (fields[2].startsWith("rwx") || fields[2].startsWith("-wx")) {
              suspects.add(Mapping.of(fields[0], fields[1]));
            }
          }
        }
      } catch (IOException gone) {
        // The process has ended.
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"auto", "hugetlb", "shmem-thp", "memfd-collapse", "anon-thp", "memfd", "mprotect"})
  void tour_inEachMode_isRightAndNeverWritableAndExecutable(String mode) throws Exception {
    var watcher = new Watcher();
    var result =
        ProgramRunner.jitalloc(
            Distribution.root(),
            "",
            Map.of(
                "JITALLOC_MEMORY_MODE",
                mode,
                "JITALLOC_JAVA",
                Path.of(System.getProperty("java.home"), "bin", "java") + " -XX:+PrintCodeCache"),
            watcher::look,
            "tour");
    if (!isPossible(mode)) {
      assertEquals(1, result.code(), "this machine cannot do " + mode + ": " + result.out());
      assertTrue(result.err().contains(mode), result.err());
      return;
    }
    assertTrue(watcher.looks > 100, "only " + watcher.looks + " looks");
    var codeCache =
        CODE_CACHE
            .matcher(result.out())
            .results()
            .map(m -> Mapping.of(m.group(1), m.group(2)))
            .toList();
    assertFalse(codeCache.isEmpty(), result.out());
    var ours =
        watcher.suspects.stream().filter(s -> codeCache.stream().noneMatch(s::isInside)).toList();
    assertEquals(java.util.List.of(), ours, "code cache: " + codeCache);
    assertEquals(0, result.code(), result.err() + result.out());
    assertTrue(result.out().contains("stale results right after a patch: 0\n"), result.out());
    assertTrue(result.out().contains("wrong results: 0\n"), result.out());
    assertTrue(mode.equals("auto") || result.out().contains("host: " + mode + ","), result.out());
  }

  /** {@return whether the machine supports a mode, without the allocator} */
  private static boolean isPossible(String mode) throws IOException {
    return switch (mode) {
      case "hugetlb" -> Integer.parseInt(Files.readString(HUGE_PAGES).strip()) > 0;
      case "shmem-thp" -> !Files.readString(SHMEM).matches("(?s).*\\[(never|deny)\\].*");
      case "anon-thp" -> !Files.readString(ANONYMOUS).contains("[never]");
      default -> true;
    };
  }
}
