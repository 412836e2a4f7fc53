package org.jitalloc.support;

/**
 * A shell wildcard pattern: {@code *} matches any characters, {@code ?} matches one, {@code [a-z]}
 * one of a range or set, {@code [!a-z]} one that is not in it, and a character after a backslash
 * matches itself. A bracket that is not closed matches itself. Immutable.
 */
public final class GlobPattern {
  private static final int NO_STAR = -1;

  private final String pattern;

  /** The characters that negate a set at its start. */
  private final String negations;

  /** Without special characters: the most common pattern, and the cheapest. */
  private final boolean isLiteral;

  /**
   * Creates a pattern as fnmatch(3) of the GNU C library, and so modprobe, reads it: {@code [^a]}
   * is the same as {@code [!a]}.
   *
   * @param pattern the pattern
   */
  public GlobPattern(String pattern) {
    this(pattern, "!^");
  }

  private GlobPattern(String pattern, String negations) {
    this.pattern = pattern;
    this.negations = negations;
    isLiteral = literalStart().length() == pattern.length();
  }

  /**
   * Creates a pattern as the kernel reads it ({@code glob_match} in {@code lib/glob.c}): {@code
   * [^a]} matches {@code ^} and {@code a}.
   *
   * @param pattern the pattern
   * @return the pattern
   */
  public static GlobPattern ofKernel(String pattern) {
    return new GlobPattern(pattern, "!");
  }

  /** {@return the text before the first special character; all text that matches begins with it} */
  public String literalStart() {
    int end = 0;
    while (end < pattern.length() && "*?[\\".indexOf(pattern.charAt(end)) < 0) {
      end++;
    }
    return pattern.substring(0, end);
  }

  /**
   * Compares a text with the pattern. On a mismatch only the last star that was reached takes more
   * characters, so the time is at most the product of both lengths, without recursion.
   *
   * @param text the text
   * @return whether the whole text matches
   */
  public boolean matches(String text) {
    return isLiteral ? pattern.equals(text) : matchesWild(text);
  }

  private boolean matchesWild(String text) {
    int at = 0;
    int in = 0;
    int star = NO_STAR;
    int starAt = 0;
    while (at < text.length()) {
      int next =
          in < pattern.length() && pattern.charAt(in) != '*' ? one(in, text.charAt(at)) : NO_STAR;
      if (in < pattern.length() && pattern.charAt(in) == '*') {
        star = in++;
        starAt = at;
      } else if (next != NO_STAR) {
        in = next;
        at++;
      } else if (star != NO_STAR) {
        in = star + 1;
        at = ++starAt;
      } else {
        return false;
      }
    }
    while (in < pattern.length() && pattern.charAt(in) == '*') {
      in++;
    }
    return in == pattern.length();
  }

  /** Compares one character. {@return the next index in the pattern, or -1 if it differs} */
  private int one(int in, char letter) {
    char c = pattern.charAt(in);
    if (c == '?') {
      return in + 1;
    }
    if (c == '[') {
      // The first character of a set is in the set, also if it is a closing bracket.
      int end = pattern.indexOf(']', in + (isNegation(in + 1) ? 3 : 2));
      if (end > 0) {
        return isInSet(in + 1, end, letter) ? end + 1 : NO_STAR;
      }
    }
    if (c == '\\' && in + 1 < pattern.length()) {
      return pattern.charAt(in + 1) == letter ? in + 2 : NO_STAR;
    }
    return c == letter ? in + 1 : NO_STAR;
  }

  private boolean isNegation(int at) {
    return at < pattern.length() && negations.indexOf(pattern.charAt(at)) >= 0;
  }

  private boolean isInSet(int from, int end, char letter) {
    boolean isNegated = isNegation(from);
    boolean isFound = false;
    for (int i = isNegated ? from + 1 : from; i < end; i++) {
      boolean isRange = i + 2 < end && pattern.charAt(i + 1) == '-';
      char last = pattern.charAt(isRange ? i + 2 : i);
      isFound |= letter >= pattern.charAt(i) && letter <= last;
      i += isRange ? 2 : 0;
    }
    return isFound != isNegated;
  }

  @Override
  public String toString() {
    return pattern;
  }
}
