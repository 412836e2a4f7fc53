package org.jitalloc.core.policy;

import java.util.List;

/**
 * Restricts the requests that it selects. A request must pass every rule that selects it, so the
 * order of rules does not matter, and more rules never allow more.
 *
 * @param name the name that denials print
 * @param selector the requests that it restricts
 * @param constraints what it allows
 * @param limits the most that may be held
 */
public record Rule(String name, RequestSelector selector, Constraints constraints, Limits limits) {

  /**
   * Makes a rule that denies every request. It stands for one that cannot be read.
   *
   * @param name the name of the rule that cannot be read
   * @param reason why it cannot be read
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
