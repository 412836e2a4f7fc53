package org.jitalloc.bench.calls;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Where functions are. The memory mode holds for a whole process, so each has one of its own. */
public enum Layout {
  /** Side by side on the largest pages that this machine gives. */
  PACKED_HUGE("auto", 1, "packed, 2 MiB pages"),
  /** Side by side on pages of 4 KiB. */
  PACKED_SMALL("memfd", 1, "packed, 4 KiB pages"),
  /** Each at the start of a page of 4 KiB that nothing else is on. */
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
   * @return the layout, if there is one
   */
  public static Optional<Layout> of(String word) {
    return Arrays.stream(values()).filter(layout -> layout.word().equals(word)).findFirst();
  }
}
