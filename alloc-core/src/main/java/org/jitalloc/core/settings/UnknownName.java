package org.jitalloc.core.settings;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;

/** Formats the message for an unknown name: suggests the nearest known name. */
public final class UnknownName {

  /** The maximum distance of a suggestion. */
  private static final int MAX_DISTANCE = 3;

  private UnknownName() {}

  /**
   * Formats the message.
   *
   * @param name the unknown name
   * @param known the known names
   * @return a text with the name, the nearest known name if it is similar, and all known names
   */
  public static String describe(String name, Collection<String> known) {
    String suggestion =
        nearest(name, known).map(similar -> " (did you mean %s?)".formatted(similar)).orElse("");
    return "%s is not known%s; known are %s"
        .formatted(name, suggestion, String.join(", ", new TreeSet<>(known)));
  }

  private static Optional<String> nearest(String name, Collection<String> known) {
    return known.stream()
        .filter(candidate -> distance(name, candidate) <= MAX_DISTANCE)
        .min(
            Comparator.comparingInt((String candidate) -> distance(name, candidate))
                .thenComparing(Comparator.naturalOrder()));
  }

  /**
   * Computes the optimal string alignment distance (restricted Damerau-Levenshtein distance): the
   * number of insertions, deletions, substitutions and transpositions of adjacent characters.
   * Ignores case.
   */
  private static int distance(String left, String right) {
    String a = left.toLowerCase(Locale.ROOT);
    String b = right.toLowerCase(Locale.ROOT);
    var d = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        d[i][j] = i == 0 || j == 0 ? i + j : step(d, a, b, i, j);
      }
    }
    return d[a.length()][b.length()];
  }

  private static int step(int[][] d, String a, String b, int i, int j) {
    boolean same = a.charAt(i - 1) == b.charAt(j - 1);
    int least = Math.min(d[i - 1][j], d[i][j - 1]) + 1;
    least = Math.min(least, d[i - 1][j - 1] + (same ? 0 : 1));
    boolean transposed =
        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
    return transposed ? Math.min(least, d[i - 2][j - 2] + 1) : least;
  }
}
