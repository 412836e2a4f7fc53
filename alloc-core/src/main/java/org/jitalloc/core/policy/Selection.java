package org.jitalloc.core.policy;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.jitalloc.Purpose;

/**
 * Whom a rule is about.
 *
 * @param bundles the symbolic names of bundles; {@code *} stands for any letters
 * @param consumers what the memory is for
 * @param targets the names of targets; {@code *} stands for any letters
 */
public record Selection(List<String> bundles, Set<Purpose> consumers, List<String> targets) {

  /** Everybody. */
  public static final Selection ALL = parse(List.of(), List.of(), List.of());

  /** Makes a selection; what is given is copied. */
  public Selection {
    bundles = List.copyOf(bundles);
    consumers = Set.copyOf(consumers);
    targets = List.copyOf(targets);
  }

  /**
   * Reads a selection. Nothing given selects everything.
   *
   * @param bundles patterns of symbolic names
   * @param consumers names of purposes
   * @param targets patterns of names of targets
   * @return the selection
   * @throws IllegalArgumentException if there is no such purpose
   */
  public static Selection parse(
      Collection<String> bundles, Collection<String> consumers, Collection<String> targets) {
    return new Selection(
        orAll(Words.split(bundles)),
        Words.among("consumers", consumers, List.of(Purpose.values())),
        orAll(Words.split(targets)));
  }

  private static List<String> orAll(List<String> globs) {
    return globs.isEmpty() ? List.of("*") : globs;
  }

  boolean selects(String bundle, String target) {
    return Words.matchesAny(bundles, bundle) && Words.matchesAny(targets, target);
  }
}
