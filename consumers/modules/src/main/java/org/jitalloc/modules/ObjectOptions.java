package org.jitalloc.modules;

import java.util.Set;

/**
 * What is taken of archives besides the members that define what other objects need. Immutable.
 *
 * @param roots names of symbols that are wanted from outside, so that the members are taken that
 *     define them
 * @param whole whether all members are taken
 */
public record ObjectOptions(Set<String> roots, boolean whole) {
  /** Nothing. */
  public static final ObjectOptions DEFAULTS = new ObjectOptions(Set.of(), false);

  /** Copies the set. */
  public ObjectOptions {
    roots = Set.copyOf(roots);
  }

  /**
   * Wants symbols.
   *
   * @param names their names, as the compiler has them
   * @return the same options with these roots
   */
  public ObjectOptions withRoots(Set<String> names) {
    return new ObjectOptions(names, whole);
  }

  /**
   * Takes all members of archives, or not.
   *
   * @param all whether it does
   * @return the same options with that
   */
  public ObjectOptions withWhole(boolean all) {
    return new ObjectOptions(roots, all);
  }
}
