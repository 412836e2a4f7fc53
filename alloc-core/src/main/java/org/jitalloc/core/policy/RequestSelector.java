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
public record RequestSelector(List<String> bundles, Set<Purpose> consumers, List<String> targets) {

  private static final List<String> ANY = List.of("*");

  /** Selects every request. */
  public static final RequestSelector ALL = parse(List.of(), List.of(), List.of());

  /** Makes a selection; what is given is copied. */
  public RequestSelector {
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
  public static RequestSelector parse(
      Collection<String> bundles, Collection<String> consumers, Collection<String> targets) {
    return new RequestSelector(
        ListValue.split("bundles", bundles).orElse(ANY),
        ListValue.split("consumers", consumers).among(List.of(Purpose.values())),
        ListValue.split("targets", targets).orElse(ANY));
  }

  boolean selects(String bundle, String target) {
    return NamePattern.matchesAny(bundles, bundle) && NamePattern.matchesAny(targets, target);
  }
}
