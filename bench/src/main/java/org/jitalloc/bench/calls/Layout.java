package org.jitalloc.bench.calls;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * The placement of functions. The memory mode applies to a whole process, so each layout runs in a
 * process.
 */
public enum Layout {
  /** Adjacent, on the largest pages of this machine. */
  PACKED_HUGE("auto", 1, "packed, 2 MiB pages"),
  /** Adjacent, on pages of 4 KiB. */
  PACKED_SMALL("memfd", 1, "packed, 4 KiB pages"),
  /** Each at the start of a page of 4 KiB without other functions. */
  PAGE_EACH("memfd", 4096, "one 4 KiB page each");

  private final String mode;
  private final int alignBytes;
  private final String title;

  Layout(String mode, int alignBytes, String title) {
    this.mode = mode;
    this.alignBytes = alignBytes;
    this.title = title;
  }

  /** {@return the memory mode that it needs} */
  public String mode() {
    return mode;
  }

  /** {@return the alignment of each function in bytes} */
  public int alignBytes() {
    return alignBytes;
  }

  /** {@return its name for people} */
  public String title() {
    return title;
  }

  /** {@return its name on a command line} */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Finds a layout.
   *
   * @param word its name on a command line
   * @return the layout; empty if the name is unknown
   */
  public static Optional<Layout> of(String word) {
    return Arrays.stream(values()).filter(layout -> layout.word().equals(word)).findFirst();
  }
}
