package org.jitalloc.modules.info;

import java.util.ArrayList;
import java.util.List;

/**
 * What a module works better with. Names may be aliases.
 *
 * @param before to be loaded before it
 * @param after to be loaded after it
 */
public record SoftDependency(List<String> before, List<String> after) {

  /** Copies the lists. */
  public SoftDependency {
    before = List.copyOf(before);
    after = List.copyOf(after);
  }

  /**
   * Reads what {@code softdep=} has.
   *
   * @param text as {@code pre: a b post: c}; names before the first of these words are ignored, as
   *     there they name the module itself
   * @return the names
   */
  public static SoftDependency parse(String text) {
    List<String> before = new ArrayList<>();
    List<String> after = new ArrayList<>();
    List<String> current = new ArrayList<>();
    for (String word : text.strip().split("\\s+")) {
      switch (word) {
        case "pre:" -> current = before;
        case "post:" -> current = after;
        default -> current.add(word);
      }
    }
    return new SoftDependency(before, after);
  }
}
