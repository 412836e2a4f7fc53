package org.jitalloc.modules.stats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Against what kernels printed, as the message of the commit that brought the statistics shows it
 * (Linux 6.4, df3e764d8e5c), with its tabs made blanks. The sums of its lists are those of its
 * counters, and so the lists can be counted again.
 */
class StatsTextTest {
  private static final int TAB = 8;
  private static final long KVM_BYTES = 5_169_570;

  @ParameterizedTest
  @CsvSource({"255-vcpus, 0, 1411, 0, 14588526272", "8-vcpus, 83, 16, 228959096, 8578080"})
  void text_isWhatKernelsPrinted(
      String scenario, int becoming, int loads, long becomingBytes, long loadBytes)
      throws IOException {
    String printed = resource(scenario + ".txt");
    var stats = new ModuleStats();
    stats.loaded(11464704 - 66 * 4096, 4194304 - 66 * 4096);
    for (int i = 0; i < 66; i++) {
      stats.loaded(4096, 4096);
    }
    spend(becoming, becomingBytes, bytes -> stats.failedBecoming(ImageBytes.plain(bytes)));
    spend(loads, loadBytes / 2, bytes -> stats.failedLoad(ImageBytes.plain(bytes)));
    List<String> rows = rows(printed);
    rows.reversed().forEach(row -> countAgain(stats, row));
    assertEquals(printed, withoutTabs(stats.snapshot().text()));
    long times = stats.snapshot().duplicates().stream().mapToLong(DuplicateFailure::times).sum();
    assertEquals(becoming + loads, times);
  }

  /** All at once but for the last byte of each, so that the bytes of one failure do not matter. */
  private static void spend(int failures, long bytes, java.util.function.LongConsumer counter) {
    if (failures > 0) {
      counter.accept(bytes - (failures - 1));
      for (int i = 1; i < failures; i++) {
        counter.accept(1);
      }
    }
  }

  private static List<String> rows(String printed) {
    return printed
        .lines()
        .dropWhile(line -> !line.contains("How-many-times"))
        .skip(1)
        .map(String::strip)
        .toList();
  }

  private static void countAgain(ModuleStats stats, String row) {
    String[] words = row.split(" +", 3);
    int times = Integer.parseInt(words[1]);
    for (int i = 0; i < times; i++) {
      boolean early =
          switch (words[2]) {
            case "Load" -> false;
            case "Becoming" -> true;
            default -> i > 0;
          };
      stats.duplicate(words[0], early ? DuplicateStage.BECOMING : DuplicateStage.LOAD);
    }
  }

  private static String withoutTabs(String text) {
    var plain = new StringBuilder();
    int column = 0;
    for (char c : text.toCharArray()) {
      if (c == '\t') {
        int blanks = TAB - column % TAB;
        plain.append(" ".repeat(blanks));
        column += blanks;
      } else {
        plain.append(c);
        column = c == '\n' ? 0 : column + 1;
      }
    }
    return plain.toString();
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = StatsTextTest.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void text_ofNothing_hasZeroesAndNoAverages() {
    List<String> lines = new ModuleStats().snapshot().text().lines().toList();
    assertEquals(12, lines.size());
    assertTrue(lines.stream().allMatch(line -> line.matches("[ A-Za-z]{25}\t0")), lines::toString);
  }

  @Test
  void averages_areRoundedUp() {
    var stats = new ModuleStats();
    stats.failedRead(10);
    stats.failedRead(11);
    stats.failedDecompression(1);
    stats.failedDecompression(1);
    stats.failedDecompression(2);
    String text = stats.snapshot().text();
    assertTrue(text.contains("     Avg fail kread bytes\t11\n"), text);
    assertTrue(text.contains("    Avg fail decomp bytes\t2\n"), text);
    assertTrue(text.contains(" Virtual mem wasted bytes\t25\n"), text);
  }

  @Test
  void failedLoad_countsTheModuleAsTheFileAgain_andWhatWasCompressedOnce() {
    var stats = new ModuleStats();
    stats.failedLoad(new ImageBytes(KVM_BYTES, 1000));
    stats.failedBecoming(new ImageBytes(KVM_BYTES, 1000));
    assertEquals(2 * KVM_BYTES + 1000, stats.snapshot().loadBytes());
    assertEquals(KVM_BYTES + 1000, stats.snapshot().becomingBytes());
    assertEquals(3 * KVM_BYTES + 2000, stats.snapshot().wastedBytes());
  }

  @Test
  void rows_endAfter111_theNewestFirst() {
    var stats = new ModuleStats();
    for (int i = 0; i < 112; i++) {
      stats.duplicate("module_%d".formatted(i), DuplicateStage.LOAD);
    }
    String text = stats.snapshot().text();
    assertEquals(111, text.lines().filter(line -> line.contains("module_")).count());
    assertTrue(text.contains("\n               module_111\t"), text);
    assertFalse(text.contains(" module_0\t"), text);
    assertEquals(112, stats.snapshot().duplicates().size());
  }
}
