package org.jitalloc.modules.stats;

import java.util.concurrent.atomic.LongAdder;

/**
 * Counts modules that were loaded and loads that failed, with the memory they took. Thread-safe;
 * counting takes no lock, so that concurrent loads do not contend here.
 */
public final class ModuleStats {
  private final LongAdder loaded = new LongAdder();
  private final LongAdder moduleBytes = new LongAdder();
  private final LongAdder textBytes = new LongAdder();
  private final Failures reads = new Failures();
  private final Failures decompressions = new Failures();
  private final Failures becoming = new Failures();
  private final Failures loads = new Failures();
  private final DuplicateList duplicates = new DuplicateList();

  private record Failures(LongAdder count, LongAdder bytes) {
    Failures() {
      this(new LongAdder(), new LongAdder());
    }

    void add(long spentBytes) {
      bytes.add(spentBytes);
      count.increment();
    }
  }

  /** Makes counters that are all 0. */
  public ModuleStats() {}

  /**
   * A module became live.
   *
   * @param bytes of all its memories, as they were while its init function ran, in whole pages
   * @param codeBytes of these, its text and init text
   */
  public void loaded(long bytes, long codeBytes) {
    moduleBytes.add(bytes);
    textBytes.add(codeBytes);
    loaded.increment();
  }

  /**
   * A file could not be read.
   *
   * @param bytes that were allocated for it
   */
  public void failedRead(long bytes) {
    reads.add(bytes);
  }

  /**
   * A file could not be decompressed.
   *
   * @param bytes of the file as it was read
   */
  public void failedDecompression(long bytes) {
    decompressions.add(bytes);
  }

  /**
   * A load failed, for whatever reason, before memory was allocated for the module: what was spent
   * is the file.
   *
   * @param image the file
   */
  public void failedBecoming(ImageBytes image) {
    becoming.add(image.bytes() + image.compressedBytes());
  }

  /**
   * A load failed, for whatever reason, after memory was allocated for the module, which is taken
   * to be as much again as the file.
   *
   * @param image the file
   */
  public void failedLoad(ImageBytes image) {
    loads.add(2 * image.bytes() + image.compressedBytes());
  }

  /**
   * A load met a module of the same name. To be counted together with one of the failures.
   *
   * @param name the module's
   * @param stage how far the load had come
   */
  public void duplicate(String name, DuplicateStage stage) {
    duplicates.count(name, stage);
  }

  /**
   * What was counted so far.
   *
   * @return the numbers
   */
  public StatsSnapshot snapshot() {
    return new StatsSnapshot(
        loaded.sum(),
        reads.count().sum(),
        decompressions.count().sum(),
        becoming.count().sum(),
        loads.count().sum(),
        moduleBytes.sum(),
        textBytes.sum(),
        reads.bytes().sum(),
        decompressions.bytes().sum(),
        becoming.bytes().sum(),
        loads.bytes().sum(),
        duplicates.newestFirst());
  }
}
