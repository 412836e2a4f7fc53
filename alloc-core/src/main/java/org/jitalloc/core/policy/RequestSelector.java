package org.jitalloc.core.policy;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.jitalloc.Purpose;

/**
 * Selects allocation requests by bundle, purpose and target. In a pattern, {@code *} stands for
 * zero or more characters.
 *
 * @param bundles patterns; one of them must match the symbolic name of the bundle
 * @param consumers the purposes; the purpose of the request must be one of them
 * @param targets patterns; one of them must match the name of the target
 */
public record RequestSelector(List<String> bundles, Set<Purpose> consumers, List<String> targets) {

  private static final List<String> ANY = List.of("*");

  /** Selects every request. */
  public static final RequestSelector ALL = parse(List.of(), List.of(), List.of());

  /** Creates a selector from copies of the collections. */
  public RequestSelector {
    bundles = List.copyOf(bundles);
    consumers = Set.copyOf(consumers);
    targets = List.copyOf(targets);
  }

  /**
   * Parses a selector. An empty list selects everything.
   *
   * @param bundles patterns for symbolic names of bundles
   * @param consumers names of purposes, in any case
   * @param targets patterns for names of targets
   * @return the selector
   * @throws IllegalArgumentException if a purpose is unknown
   */
  public static RequestSelector parse(
      Collection<String> bundles, Collection<String> consumers, Collection<String> targets) {
    return new RequestSelector(
        ListValue.split("bundles", bundles).orElse(ANY),
        ListValue.split("consumers", consumers).among(List.of(Purpose.values())),
        ListValue.split("targets", targets).orElse(ANY));
  }

  /** {@return whether requests of a bundle on a target can be selected, for any purpose} */
  boolean selects(String bundle, String target) {
    return NamePattern.matchesAny(bundles, bundle) && NamePattern.matchesAny(targets, target);
  }
}
