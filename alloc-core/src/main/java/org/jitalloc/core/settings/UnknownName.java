package org.jitalloc.core.settings;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;

/** Describes a name that is not known, with the nearest known name. */
public final class UnknownName {

  /** Names at a larger distance are not suggested. */
  private static final int MAX_DISTANCE = 3;

  private UnknownName() {}

  /**
   * Describes an unknown name.
   *
   * @param name the unknown name
   * @param known the known names
   * @return the name, the nearest known name if it is similar, and all known names
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
   * The optimal string alignment distance: insertions, deletions, substitutions and exchanges of
   * neighbours. Letters of different case are equal.
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
    boolean exchanged =
        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
    return exchanged ? Math.min(least, d[i - 2][j - 2] + 1) : least;
  }
}
