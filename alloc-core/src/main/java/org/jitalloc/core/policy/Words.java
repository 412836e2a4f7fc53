package org.jitalloc.core.policy;

import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Reads values of configuration: lists of words, and words that stand for something. */
final class Words {
  private Words() {}

  /** The words of texts, each of which may be several with commas in between. */
  static List<String> split(Collection<String> texts) {
    return texts.stream()
        .flatMap(text -> Arrays.stream(text.split(",")))
        .map(String::strip)
        .filter(word -> !word.isEmpty())
        .toList();
  }

  /** What words stand for; everything there is if there are no words. */
  static <T> Set<T> among(String key, Collection<String> texts, Collection<T> all) {
    Set<T> found = new LinkedHashSet<>();
    for (String word : split(texts)) {
      found.add(
          all.stream()
              .filter(value -> value.toString().equalsIgnoreCase(word))
              .findFirst()
              .orElseThrow(() -> unknown(key, word, all)));
    }
    return Set.copyOf(found.isEmpty() ? all : found);
  }

  private static IllegalArgumentException unknown(String key, String word, Collection<?> all) {
    return new IllegalArgumentException(
        "%s=%s; there are %s"
            .formatted(
                key, word, all.stream().map(Object::toString).collect(Collectors.joining(", "))));
  }

  /** Whether a name is like one of the patterns, in which * stands for any letters. */
  static boolean matchesAny(List<String> globs, String name) {
    return globs.stream().anyMatch(glob -> matches(glob, name));
  }

  private static boolean matches(String glob, String name) {
    int star = glob.indexOf('*');
    if (star < 0) {
      return glob.equals(name);
    }
    if (!name.startsWith(glob.substring(0, star))) {
      return false;
    }
    String[] pieces = glob.substring(star + 1).split("\\*", -1);
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
