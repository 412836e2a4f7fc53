package org.jitalloc.core.memory;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.function.Supplier;
import org.jitalloc.core.policy.Policy;
import org.jitalloc.core.policy.Rule;

/**
 * The rules that hold on some targets, and the ledgers of their limits, which count what somebody
 * holds on all of them together.
 *
 * <p>The monitor guards the policy, which ledgers there are, and which owners: it is taken before
 * locks of shards. Collecting credit takes no monitor.
 */
public final class Rulebook {

  /**
   * What a ledger is for.
   *
   * @param rule whose limits it keeps
   * @param owner whose holdings it counts; empty if those of all that the rule selects
   */
  private record Limited(Rule rule, String owner) {}

  private final Set<Owners> targets = new CopyOnWriteArraySet<>();

  /** Guarded by the monitor. */
  private final Map<Limited, Ledger> ledgers = new HashMap<>();

  /** Guarded by the monitor. */
  private Policy policy = Policy.NONE;

  /** Makes one without rules, for targets that are going to be made with it. */
  public Rulebook() {}

  /**
   * Has other rules hold from now on, on all targets. What is held stays, whatever they say; when
   * this returns, nothing more is had against them.
   *
   * @param next all rules
   */
  public synchronized void use(Policy next) {
    policy = next;
    ledgers.clear();
    // Accounts that are made from here on have the new plan. The others get it shard by shard;
    // until all have it, its ledgers are shut, and who needs them waits for the monitor.
    targets.forEach(Owners::planAnew);
    targets.forEach(Owners::adoptPlans);
    ledgers.values().forEach(Ledger::open);
  }

  /** Waits until a change of rules is complete. */
  synchronized void awaitChange() {
    // Whoever changes them has the monitor.
  }

  /** The owners of another target are under the rules from now on. */
  synchronized void join(Owners owners) {
    targets.add(owners);
  }

  /** What they held on a target that is closed does not count any more. */
  synchronized void leave(Owners owners) {
    if (targets.remove(owners)) {
      owners.giveUpAll();
    }
  }

  /**
   * Makes what the rules come to for one owner on one target. The caller has the monitor until the
   * owner has the plan and is among those of its target.
   *
   * @param mode the way in which new memory is had there; empty if rules do not care
   */
  Plan newPlan(String owner, String target, Supplier<String> mode) {
    List<Rule> rules = policy.of(owner, target);
    if (rules.isEmpty()) {
      return Plan.FREE;
    }
    return new Plan(rules, rule -> ledger(rule, owner), mode);
  }

  private Ledger ledger(Rule rule, String owner) {
    String whose = rule.limits().together() ? "" : owner;
    return ledgers.computeIfAbsent(new Limited(rule, whose), limited -> new Ledger(limited.rule));
  }

  /** Forgets what is counted for somebody who is nowhere any more. The caller has the monitor. */
  void forgetUnlessPresent(String owner) {
    if (targets.stream().noneMatch(owners -> owners.isPresent(owner))) {
      ledgers.keySet().removeIf(limited -> limited.owner.equals(owner));
    }
  }

  /** Takes all credit back that lies in shards. */
  void collect(Collection<Ledger> wanted) {
    targets.forEach(owners -> owners.collect(wanted));
    wanted.forEach(Ledger::collected);
  }
}
