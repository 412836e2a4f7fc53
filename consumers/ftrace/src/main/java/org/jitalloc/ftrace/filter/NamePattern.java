package org.jitalloc.ftrace.filter;

/**
 * A pattern for names: {@code *} is any characters, {@code ?} is one, {@code [a-c]} one of some.
 */
final class NamePattern {
  /*
   * Greedy with one point of return, the last star: what came before it needs no second look, so it
   * is at most |pattern| * |text| steps and no recursion.
   */
  private final String pattern;

  /** Without wildcards: the most common pattern, and the cheapest. */
  private final boolean literal;

  NamePattern(String pattern) {
    this.pattern = pattern;
    literal = pattern.chars().noneMatch(c -> c == '*' || c == '?' || c == '[');
  }

  boolean matches(String text) {
    return literal ? pattern.equals(text) : matchesWild(text);
  }

  private boolean matchesWild(String text) {
    int at = 0;
    int in = 0;
    int star = -1;
    int resume = 0;
    while (in < text.length()) {
      if (at < pattern.length() && pattern.charAt(at) == '*') {
        star = at++;
        resume = in;
      } else if (at < pattern.length() && isOne(at, text.charAt(in))) {
        at = next(at);
        in++;
      } else if (star >= 0) {
        at = star + 1;
        in = ++resume;
      } else {
        return false;
      }
    }
    while (at < pattern.length() && pattern.charAt(at) == '*') {
      at++;
    }
    return at == pattern.length();
  }

  private boolean isOne(int at, char c) {
    char expected = pattern.charAt(at);
    int close = classEnd(at);
    return close > 0 ? isInClass(at + 1, close, c) : expected == '?' || expected == c;
  }

  private int next(int at) {
    int close = classEnd(at);
    return close > 0 ? close + 1 : at + 1;
  }

  /** Where the brackets end that begin here; -1 if none do. */
  private int classEnd(int at) {
    return pattern.charAt(at) == '[' ? pattern.indexOf(']', at + 2) : -1;
  }

  private boolean isInClass(int from, int to, char c) {
    boolean negated = pattern.charAt(from) == '!' && from + 1 < to;
    boolean found = false;
    for (int i = negated ? from + 1 : from; i < to; i++) {
      if (i + 2 < to && pattern.charAt(i + 1) == '-') {
        found |= pattern.charAt(i) <= c && c <= pattern.charAt(i + 2);
        i += 2;
      } else {
        found |= pattern.charAt(i) == c;
      }
    }
    return found != negated;
  }

  @Override
  public String toString() {
    return pattern;
  }
}
