package org.jitalloc.modules.stats;

import java.util.List;

/**
 * The statistics at one time. Counters are read one after the other, so those of a load that ends
 * just then may be half there.
 *
 * @param loaded modules that became live, ever
 * @param failedReads files that could not be read
 * @param failedDecompressions files that could not be decompressed
 * @param failedBecoming loads that failed before memory was allocated for the module
 * @param failedLoads loads that failed later
 * @param moduleBytes all memory of the modules that became live, init memory too
 * @param textBytes their text and init text
 * @param readBytes of files that could not be read
 * @param decompressBytes of files that could not be decompressed
 * @param becomingBytes spent on loads that failed before memory was allocated for the module
 * @param loadBytes spent on loads that failed later
 * @param duplicates modules that were loaded twice, the one first seen last comes first
 */
public record StatsSnapshot(
    long loaded,
    long failedReads,
    long failedDecompressions,
    long failedBecoming,
    long failedLoads,
    long moduleBytes,
    long textBytes,
    long readBytes,
    long decompressBytes,
    long becomingBytes,
    long loadBytes,
    List<DuplicateFailure> duplicates) {

  /** Copies the list. */
  public StatsSnapshot {
    duplicates = List.copyOf(duplicates);
  }

  /**
   * What was allocated for loads that failed.
   *
   * @return bytes
   */
  public long wastedBytes() {
    return readBytes + decompressBytes + becomingBytes + loadBytes;
  }

  /**
   * The text of the debugfs file {@code modules/stats}. Averages are rounded up, and have no line
   * where there is nothing to average. At most {@value StatsText#MOST_ROWS} duplicates are listed.
   *
   * @return lines, each ended by a line feed
   */
  public String text() {
    return new StatsText(this).toString();
  }
}
