package org.jitalloc.core.quota;

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
 * The rules of some targets, and the quotas of their limits. A quota counts usage on all these
 * targets together.
 *
 * <p>The monitor guards the policy and the sets of quotas and of owners. It is taken before locks
 * of shards. Collecting credit takes no monitor.
 */
public final class Rulebook {

  /**
   * The key of a quota.
   *
   * @param rule the rule whose limits the quota enforces
   * @param owner the owner whose usage it counts; empty for all owners that the rule selects
   */
  private record Limited(Rule rule, String owner) {}

  private final Set<Owners<?>> targets = new CopyOnWriteArraySet<>();

  /** Guarded by the monitor. */
  private final Map<Limited, Quota> quotas = new HashMap<>();

  /** Guarded by the monitor. */
  private Policy policy = Policy.NONE;

  /** Makes a rulebook without rules, for targets that are made with it. */
  public Rulebook() {}

  /**
   * Replaces the rules, on all targets. Existing allocations stay. Once this returns, no new
   * allocation can violate them.
   *
   * @param next all rules
   */
  public synchronized void use(Policy next) {
    policy = next;
    quotas.clear();
    // Usages that are made from here on have the new policy. The others get it shard by shard.
    // Until all have it, its quotas give nothing, and a thread that needs them waits for the
    // monitor.
    targets.forEach(Owners::renewPolicies);
    targets.forEach(Owners::adoptPolicies);
    quotas.values().forEach(Quota::open);
  }

  /** Waits until a change of rules is complete. */
  synchronized void awaitChange() {
    // The thread that changes the rules holds the monitor.
  }

  /** Applies the rules to the owners of another target from now on. */
  public synchronized void join(Owners<?> owners) {
    targets.add(owners);
  }

  /** Stops counting the usage of a target that is closed. */
  public synchronized void leave(Owners<?> owners) {
    if (targets.remove(owners)) {
      owners.giveUpAll();
    }
  }

  /**
   * Computes the policy of one owner on one target. The caller holds the monitor until the owner
   * has the policy and is in the set of its target.
   *
   * @param mode gives the memory mode of new memory; empty where rules do not select by mode
   */
  EffectivePolicy effectivePolicy(String owner, String target, Supplier<String> mode) {
    List<Rule> rules = policy.of(owner, target);
    if (rules.isEmpty()) {
      return EffectivePolicy.FREE;
    }
    return new EffectivePolicy(rules, rule -> quota(rule, owner), mode);
  }

  private Quota quota(Rule rule, String owner) {
    String counted = rule.limits().together() ? "" : owner;
    return quotas.computeIfAbsent(new Limited(rule, counted), limited -> new Quota(limited.rule));
  }

  /** Forgets the quotas of a name that no owner has any more. The caller holds the monitor. */
  void forgetUnlessPresent(String owner) {
    if (targets.stream().noneMatch(owners -> owners.isPresent(owner))) {
      quotas.keySet().removeIf(limited -> limited.owner.equals(owner));
    }
  }

  /** Collects the credit that shards hold. */
  void collect(Collection<Quota> wanted) {
    targets.forEach(owners -> owners.collect(wanted));
    wanted.forEach(Quota::collected);
  }
}
