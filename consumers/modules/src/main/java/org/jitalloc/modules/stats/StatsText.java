package org.jitalloc.modules.stats;

import java.util.Locale;

/**
 * Writes {@code modules/stats} as the kernel does, except that it never cuts the end off: the
 * kernel reckons with 64 bytes a row where one has 68.
 */
final class StatsText {
  /** The kernel stops with a warning where the 112th row would come. */
  static final int MOST_ROWS = 111;

  private final StatsSnapshot stats;
  private final StringBuilder text = new StringBuilder();

  StatsText(StatsSnapshot stats) {
    this.stats = stats;
    counters();
    averages();
    duplicates();
  }

  private void counters() {
    line("Mods ever loaded", stats.loaded());
    line("Mods failed on kread", stats.failedReads());
    line("Mods failed on decompress", stats.failedDecompressions());
    line("Mods failed on becoming", stats.failedBecoming());
    line("Mods failed on load", stats.failedLoads());
    line("Total module size", stats.moduleBytes());
    line("Total mod text size", stats.textBytes());
    line("Failed kread bytes", stats.readBytes());
    line("Failed decompress bytes", stats.decompressBytes());
    line("Failed becoming bytes", stats.becomingBytes());
    line("Failed kmod bytes", stats.loadBytes());
    line("Virtual mem wasted bytes", stats.wastedBytes());
  }

  private void averages() {
    average("Average mod size", stats.moduleBytes(), stats.loaded());
    average("Average mod text size", stats.textBytes(), stats.loaded());
    average("Avg fail kread bytes", stats.readBytes(), stats.failedReads());
    average("Avg fail becoming bytes", stats.becomingBytes(), stats.failedBecoming());
    average("Avg fail decomp bytes", stats.decompressBytes(), stats.failedDecompressions());
    average("Average fail load bytes", stats.loadBytes(), stats.failedLoads());
  }

  private void duplicates() {
    if (stats.duplicates().isEmpty()) {
      return;
    }
    text.append("Duplicate failed modules:\n");
    row("Module-name", "How-many-times", "Reason");
    stats.duplicates().stream()
        .limit(MOST_ROWS)
        .forEach(one -> row(one.name(), Long.toString(one.times()), one.reason()));
  }

  private void average(String label, long bytes, long count) {
    if (bytes > 0 && count > 0) {
      line(label, Math.ceilDiv(bytes, count));
    }
  }

  private void line(String label, long value) {
    text.append(String.format(Locale.ROOT, "%25s\t%d\n", label, value));
  }

  private void row(String name, String times, String reason) {
    text.append(String.format(Locale.ROOT, "%25s\t%15s\t%25s\n", name, times, reason));
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
