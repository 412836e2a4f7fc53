package org.jitalloc.support;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jitalloc.text.TextFunction;

/** Finds functions of a text. Immutable; for any thread. */
public final class FunctionIndex {
  /** How far before a function compilers put its call site. */
  private static final int BEFORE_BYTES = 64;

  private final TextFunction[] functions;

  /** Where the last of the functions up to each ends: no farther back is worth a look. */
  private final long[] ends;

  /**
   * Makes an index.
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
   * Finds the function that a byte is in; of several, the one that begins last.
   *
   * @param offset where the byte is
   * @return the function
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
   * Finds the function that a call site belongs to: the one that it is in, or just before.
   *
   * @param offset where the site is
   * @return the function
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
   * @return the first function of that name
   */
  public Optional<TextFunction> named(String name) {
    for (TextFunction function : functions) {
      if (function.name().equals(name)) {
        return Optional.of(function);
      }
    }
    return Optional.empty();
  }

  /** The last function that begins at an offset or before it, or -1. */
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
