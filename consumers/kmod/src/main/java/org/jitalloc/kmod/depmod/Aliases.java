package org.jitalloc.kmod.depmod;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import org.jitalloc.support.GlobPattern;

/** Alias patterns and their modules. Filled by one thread, then only read. */
final class Aliases {
  private static final int KEY_LETTERS = 4;

  /** By the first letters of the pattern if they are no wildcards: usually the name of a bus. */
  private final Map<String, List<Entry>> byStart = new HashMap<>();

  private final List<Entry> others = new ArrayList<>();
  private int count;

  private record Entry(GlobPattern glob, String module, int number) {}

  void add(String pattern, String module) {
    var glob = new GlobPattern(normalized(pattern));
    String start = glob.literalStart();
    List<Entry> entries =
        start.length() < KEY_LETTERS
            ? others
            : byStart.computeIfAbsent(start.substring(0, KEY_LETTERS), _ -> new ArrayList<>());
    entries.add(new Entry(glob, module, count++));
  }

  /** {@return the modules whose patterns match, in the order in which they were added} */
  SequencedSet<String> find(String alias) {
    String text = normalized(alias);
    List<Entry> candidates = new ArrayList<>(others);
    if (text.length() >= KEY_LETTERS) {
      candidates.addAll(byStart.getOrDefault(text.substring(0, KEY_LETTERS), List.of()));
    }
    candidates.sort(Comparator.comparingInt(Entry::number));
    SequencedSet<String> found = new LinkedHashSet<>();
    for (Entry entry : candidates) {
      if (entry.glob().matches(text)) {
        found.add(entry.module());
      }
    }
    return found;
  }

  /** Replaces {@code -} outside of brackets by {@code _}, as in names of modules. */
  static String normalized(String pattern) {
    var text = new StringBuilder(pattern.length());
    boolean isInBrackets = false;
    for (char c : pattern.toCharArray()) {
      isInBrackets = c == '[' || isInBrackets && c != ']';
      text.append(c == '-' && !isInBrackets ? '_' : c);
    }
    return text.toString();
  }
}
