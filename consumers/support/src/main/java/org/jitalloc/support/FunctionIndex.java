package org.jitalloc.support;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jitalloc.text.TextFunction;

/**
 * Finds functions of a text by offset and name. Offsets are in bytes from the start of its memory.
 * Immutable; for any thread.
 */
public final class FunctionIndex {
  /** The largest distance of a call site before its function. */
  private static final int BEFORE_BYTES = 64;

  private final TextFunction[] functions;

  /**
   * For each index, the largest end of the functions up to it: a bound for the search backwards.
   */
  private final long[] ends;

  /**
   * Creates an index.
   *
   * @param functions the functions, in any order
   */
  public FunctionIndex(List<TextFunction> functions) {
    this.functions =
        functions.stream()
            .sorted(Comparator.comparingLong(TextFunction::offset))
            .toArray(TextFunction[]::new);
    ends = new long[this.functions.length];
    long last = 0;
    for (int i = 0; i < ends.length; i++) {
      last = Math.max(last, this.functions[i].end());
      ends[i] = last;
    }
  }

  /**
   * Finds the function that contains a byte; of several, the one that begins last.
   *
   * @param offset the offset of the byte
   * @return the function; empty if there is none
   */
  public Optional<TextFunction> at(long offset) {
    for (int i = notAfter(offset); i >= 0 && ends[i] > offset; i--) {
      if (functions[i].contains(offset)) {
        return Optional.of(functions[i]);
      }
    }
    return Optional.empty();
  }

  /**
   * Finds the function of a call site: the one that contains it, or that begins just after it.
   *
   * @param offset the offset of the site
   * @return the function; empty if there is none
   */
  public Optional<TextFunction> ofSite(long offset) {
    int next = notAfter(offset) + 1;
    return at(offset)
        .or(
            () ->
                next < functions.length && functions[next].offset() - offset <= BEFORE_BYTES
                    ? Optional.of(functions[next])
                    : Optional.empty());
  }

  /**
   * Finds a function by its name.
   *
   * @param name the name
   * @return the function with the lowest offset of that name; empty if there is none
   */
  public Optional<TextFunction> named(String name) {
    for (TextFunction function : functions) {
      if (function.name().equals(name)) {
        return Optional.of(function);
      }
    }
    return Optional.empty();
  }

  /**
   * {@return the index of the last function that begins at an offset or before it, or -1} (binary
   * search)
   */
  private int notAfter(long offset) {
    int low = 0;
    int high = functions.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (functions[middle].offset() <= offset) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low - 1;
  }
}
