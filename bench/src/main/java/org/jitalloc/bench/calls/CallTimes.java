package org.jitalloc.bench.calls;

import java.util.Arrays;
import java.util.List;

/**
 * The result of one process.
 *
 * @param nsPerCall the time of a call in nanoseconds
 * @param pages the number of pages of the functions
 * @param pageBytes the size of these pages
 * @param reservedBytes the sum of the slabs, in bytes
 * @param mode the memory mode
 */
public record CallTimes(
    double nsPerCall, long pages, long pageBytes, long reservedBytes, String mode) {

  /** {@return this in one line} */
  public String line() {
    return "%s %d %d %d %s".formatted(nsPerCall, pages, pageBytes, reservedBytes, mode);
  }

  /**
   * Parses a {@link #line}.
   *
   * @param line the line
   * @return the result
   */
  public static CallTimes parse(String line) {
    List<String> words = Arrays.asList(line.strip().split(" "));
    return new CallTimes(
        Double.parseDouble(words.get(0)),
        Long.parseLong(words.get(1)),
        Long.parseLong(words.get(2)),
        Long.parseLong(words.get(3)),
        words.get(4));
  }
}
