package org.jitalloc.bench.calls;

import java.util.Arrays;
import java.util.List;

/**
 * What one process measured.
 *
 * @param nsPerCall time of a call in nanoseconds
 * @param pages how many pages the functions are on
 * @param pageBytes how large these are
 * @param reservedBytes the sum of the slabs, in bytes
 * @param mode how the memory was had
 */
public record CallTimes(
    double nsPerCall, long pages, long pageBytes, long reservedBytes, String mode) {

  /** {@return this in one line} */
  public String line() {
    return "%s %d %d %d %s".formatted(nsPerCall, pages, pageBytes, reservedBytes, mode);
  }

  /**
   * Reads what {@link #line} gave.
   *
   * @param line the line
   * @return what it says
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
