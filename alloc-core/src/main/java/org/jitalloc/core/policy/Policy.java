package org.jitalloc.core.policy;

import java.util.List;

/**
 * All rules. A policy without rules allows everything.
 *
 * @param rules the rules; their order has no meaning
 */
public record Policy(List<Rule> rules) {

  /** No rules. */
  public static final Policy NONE = new Policy(List.of());

  /** Creates a policy from a copy of the list; equal rules count once. */
  public Policy {
    rules = rules.stream().distinct().toList();
  }

  /**
   * Returns the rules that select requests of a bundle on a target, for any purpose.
   *
   * @param bundle the symbolic name of the bundle
   * @param target the name of the target
   * @return the rules
   */
  public List<Rule> of(String bundle, String target) {
    return rules.stream().filter(rule -> rule.selector().selects(bundle, target)).toList();
  }
}
