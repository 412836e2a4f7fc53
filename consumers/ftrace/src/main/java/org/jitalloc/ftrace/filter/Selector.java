package org.jitalloc.ftrace.filter;

import java.util.ArrayList;
import java.util.List;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;
import org.jitalloc.support.GlobPattern;
import org.jspecify.annotations.Nullable;

/**
 * One word of a filter.
 *
 * @param removes whether it takes functions away instead of adding them
 * @param functions which functions
 * @param module of which modules; null for all text, whatever it belongs to
 * @param line the line of the list of all functions, from 1 on; 0 if it goes by name
 */
record Selector(boolean removes, GlobPattern functions, @Nullable GlobPattern module, int line) {

  private static final String MODULE = "mod";

  /**
   * Reads words as the kernel does: {@code name}, {@code *part*}, {@code !name}, {@code
   * name:mod:module}, {@code :mod:module}, or a number, which is a line of the list of functions.
   */
  static List<Selector> parse(String text) {
    List<Selector> selectors = new ArrayList<>();
    for (String word : text.split("\\s+", -1)) {
      if (!word.isEmpty()) {
        selectors.add(word(word));
      }
    }
    return selectors;
  }

  private static Selector word(String word) {
    boolean removes = word.startsWith("!");
    String[] parts = (removes ? word.substring(1) : word).split(":", -1);
    String name = parts[0];
    if (parts.length == 1) {
      if (name.isEmpty()) {
        throw invalid(word, "there is no name");
      }
      boolean number = name.length() < 10 && name.chars().allMatch(c -> c >= '0' && c <= '9');
      return new Selector(
          removes, GlobPattern.ofKernel(name), null, number ? Integer.parseInt(name) : 0);
    }
    if (!parts[1].equals(MODULE)) {
      throw invalid(word, "the one command there is, is mod");
    }
    if (parts.length != 3 || parts[2].isEmpty()) {
      throw invalid(word, "a module is given as name:mod:module or :mod:module");
    }
    return new Selector(
        removes,
        GlobPattern.ofKernel(name.isEmpty() ? "*" : name),
        GlobPattern.ofKernel(parts[2]),
        0);
  }

  private static JitAllocException invalid(String word, String why) {
    return new JitAllocException(Reason.INVALID_REQUEST, "filter word %s: %s".formatted(word, why));
  }

  boolean isOf(String owner) {
    return module == null || !owner.isEmpty() && module.matches(owner);
  }

  boolean matches(String owner, String function) {
    return isOf(owner) && functions.matches(function);
  }

  @Override
  public String toString() {
    return (removes ? "!" : "") + functions + (module == null ? "" : ":mod:" + module);
  }
}
