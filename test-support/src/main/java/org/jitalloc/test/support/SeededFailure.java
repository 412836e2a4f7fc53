package org.jitalloc.test.support;

import java.util.List;

/**
 * A failed try of a {@link Seeded} test. The message has the seed, the way to repeat it, and the
 * values.
 */
public final class SeededFailure extends AssertionError {
  private static final long serialVersionUID = 1;
  private static final int MOST_CHARACTERS = 4000;

  SeededFailure(int attempt, int tries, long seed, List<?> values, Throwable cause) {
    super(
        "try %d of %d failed; -Dseed=%d repeats it; values: %s; %s"
            .formatted(attempt, tries, seed, cut(values.toString()), cause),
        cause);
  }

  private static String cut(String text) {
    return text.length() <= MOST_CHARACTERS ? text : text.substring(0, MOST_CHARACTERS) + "…";
  }
}
