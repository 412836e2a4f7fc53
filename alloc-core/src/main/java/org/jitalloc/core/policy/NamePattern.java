package org.jitalloc.core.policy;

import java.util.Collection;

/** Matches names against patterns in which {@code *} stands for zero or more characters. */
final class NamePattern {
  private NamePattern() {}

  /** {@return whether at least one of the patterns matches the whole name} */
  static boolean matchesAny(Collection<String> patterns, String name) {
    return patterns.stream().anyMatch(pattern -> matches(pattern, name));
  }

  private static boolean matches(String pattern, String name) {
    int star = pattern.indexOf('*');
    if (star < 0) {
      return pattern.equals(name);
    }
    if (!name.startsWith(pattern.substring(0, star))) {
      return false;
    }
    // The leftmost match of each piece leaves the most characters for the pieces after it.
    String[] pieces = pattern.substring(star + 1).split("\\*", -1);
    int at = star;
    for (int i = 0; i < pieces.length - 1; i++) {
      int found = name.indexOf(pieces[i], at);
      if (found < 0) {
        return false;
      }
      at = found + pieces[i].length();
    }
    String last = pieces[pieces.length - 1];
    return name.length() - last.length() >= at && name.endsWith(last);
  }
}
