package org.jitalloc.support;

/**
 * Patterns of aliases: {@code *} is any text, {@code ?} any letter, {@code [a-z]} one of these,
 * {@code [!a-z]} none of these, and a backslash takes the meaning of what follows it.
 */
public final class GlobPattern {
  private static final int NO_STAR = -1;

  private final String pattern;

  /**
   * Makes a pattern.
   *
   * @param pattern as above
   */
  public GlobPattern(String pattern) {
    this.pattern = pattern;
  }

  /** {@return the text before the first special character: whatever matches begins with it} */
  public String literalStart() {
    int end = 0;
    while (end < pattern.length() && "*?[\\".indexOf(pattern.charAt(end)) < 0) {
      end++;
    }
    return pattern.substring(0, end);
  }

  /**
   * Compares. The time is linear but for stars, of which only the last one met is ever tried again.
   *
   * @param text to be compared
   * @return whether all of it fits
   */
  public boolean fits(String text) {
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

  /** Compares one letter. {@return where the pattern goes on, or -1 if it does not fit} */
  private int one(int in, char letter) {
    char c = pattern.charAt(in);
    if (c == '?') {
      return in + 1;
    }
    if (c == '[') {
      int end = pattern.indexOf(']', in + 2);
      if (end > 0) {
        return isInSet(in + 1, end, letter) ? end + 1 : NO_STAR;
      }
    }
    if (c == '\\' && in + 1 < pattern.length()) {
      return pattern.charAt(in + 1) == letter ? in + 2 : NO_STAR;
    }
    return c == letter ? in + 1 : NO_STAR;
  }

  private boolean isInSet(int from, int end, char letter) {
    boolean isNegated = "!^".indexOf(pattern.charAt(from)) >= 0;
    boolean isFound = false;
    for (int i = isNegated ? from + 1 : from; i < end; i++) {
      boolean isRange = i + 2 < end && pattern.charAt(i + 1) == '-';
      char last = pattern.charAt(isRange ? i + 2 : i);
      isFound |= letter >= pattern.charAt(i) && letter <= last;
      i += isRange ? 2 : 0;
    }
    return isFound != isNegated;
  }
}
