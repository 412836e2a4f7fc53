package org.jitalloc.core.policy;

import java.util.List;

/**
 * All rules. Without any, everything is allowed.
 *
 * @param rules the rules, in any order
 */
public record Policy(List<Rule> rules) {

  /** No rules. */
  public static final Policy NONE = new Policy(List.of());

  /** Makes a policy; the list is copied, and a rule that is in it twice counts once. */
  public Policy {
    rules = rules.stream().distinct().toList();
  }

  /**
   * Gives the rules for somebody.
   *
   * @param bundle the symbolic name of a bundle
   * @param target the name of a target
   * @return the rules that select it
   */
  public List<Rule> of(String bundle, String target) {
    return rules.stream().filter(rule -> rule.selector().selects(bundle, target)).toList();
  }
}
