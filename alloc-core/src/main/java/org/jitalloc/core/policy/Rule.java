package org.jitalloc.core.policy;

import java.util.List;

/**
 * Restricts the requests that it selects. A request must satisfy every rule that selects it.
 * Therefore the order of rules has no meaning, and an additional rule never allows more.
 *
 * @param name the name, for messages of denials
 * @param selector selects the requests that the rule restricts
 * @param constraints the requests that the rule allows
 * @param limits upper bounds of what the selected bundles hold
 */
public record Rule(String name, RequestSelector selector, Constraints constraints, Limits limits) {

  /**
   * Returns a rule that denies every request, as a substitute for a rule that cannot be read.
   *
   * @param name the name of the rule that cannot be read
   * @param reason the reason why it cannot be read
   * @return the rule
   */
  public static Rule unreadable(String name, String reason) {
    return new Rule(
        "%s (cannot be read: %s)".formatted(name, reason),
        RequestSelector.ALL,
        Constraints.parse(false, List.of(), List.of(), List.of(), false),
        Limits.NONE);
  }
}
