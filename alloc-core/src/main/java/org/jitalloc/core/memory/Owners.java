package org.jitalloc.core.memory;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jitalloc.AllocatorStats.TypeStats;
import org.jitalloc.ModMemType;
import org.jitalloc.OwnerUse;
import org.jitalloc.core.policy.Policy;
import org.jitalloc.core.policy.Rule;

/**
 * All who allocate from a target, what they have together, and what the policy says of them. The
 * monitor is taken before locks of shards.
 */
final class Owners {

  private final TargetMemory target;
  private final Places places;
  private final Supplier<String> mode;
  private final Set<Owner> present = ConcurrentHashMap.newKeySet();

  /** What those had who went away and of whose memory nothing is left. Guarded by the monitor. */
  private final Account departed = Account.forSums();

  /** How often those were denied. Guarded by the monitor. */
  private long departedDenied;

  /** Guarded by the monitor. */
  private Policy policy = Policy.NONE;

  /** The ledgers that owners share. Guarded by the monitor. */
  private Map<Rule, Ledger> shared = Map.of();

  /**
   * Makes an empty set.
   *
   * @param mode the way in which new memory is had; empty if rules do not care
   */
  Owners(TargetMemory target, Places places, Supplier<String> mode) {
    this.target = target;
    this.places = places;
    this.mode = mode;
  }

  /** Adds the core itself, which no rule is about. */
  Owner addCore(String name) {
    Owner owner = new Owner(target, name, places.shardCount(), Plan.FREE);
    present.add(owner);
    return owner;
  }

  synchronized Owner add(String name) {
    Plan plan = newPlan(name);
    plan.ledgers().forEach(Ledger::open);
    Owner owner = new Owner(target, name, places.shardCount(), plan);
    present.add(owner);
    return owner;
  }

  private Plan newPlan(String name) {
    List<Rule> rules = policy.of(name, target.target().name());
    return rules.isEmpty() ? Plan.FREE : new Plan(rules, shared, mode);
  }

  /**
   * Has other rules hold from now on. What is held stays, whatever they say; when this returns,
   * nothing more is had against them.
   */
  synchronized void use(Policy next) {
    policy = next;
    shared = new HashMap<>();
    for (Rule rule : next.rules()) {
      if (rule.limits().limit() && rule.limits().together()) {
        shared.put(rule, new Ledger(rule));
      }
    }
    List<Owner> bound = new ArrayList<>(present);
    bound.remove(target.core());
    // Accounts that are made from here on have the new plan. The others get it shard by shard;
    // until all have it, its ledgers are
    // shut, and who needs them waits for the monitor.
    bound.forEach(owner -> owner.plan(newPlan(owner.name())));
    places.inEachShard(shard -> bound.forEach(owner -> owner.adoptPlan(shard)));
    bound.forEach(owner -> owner.plan().ledgers().forEach(Ledger::open));
    shared.values().forEach(Ledger::open);
  }

  /** Waits until a change of rules is complete. */
  synchronized void awaitChange() {
    // Whoever changes them has the monitor.
  }

  /** Takes all credit back that lies in shards. */
  void collect(List<Ledger> ledgers) {
    places.inEachShard(shard -> present.forEach(owner -> owner.giveBack(shard, ledgers)));
    ledgers.forEach(Ledger::collected);
  }

  /** What one of them has and had. */
  Account sum(Owner owner) {
    Account sums = Account.forSums();
    places.inEachShard(shard -> owner.addTo(sums, shard));
    return sums;
  }

  /** What all have and had. */
  synchronized Account sum() {
    Account sums = Account.forSums();
    forEachPresent((_, account) -> sums.add(account));
    sums.add(departed);
    return sums;
  }

  /** How often any of them was denied. */
  synchronized long denied() {
    return departedDenied + present.stream().mapToLong(owner -> owner.marks().denied()).sum();
  }

  /** What each of them holds, held and was denied. */
  synchronized List<OwnerUse> uses() {
    List<OwnerUse> uses = new ArrayList<>();
    forEachPresent((owner, account) -> uses.addAll(owner.uses(account)));
    uses.sort(
        Comparator.comparing(OwnerUse::owner)
            .thenComparing(OwnerUse::purpose)
            .thenComparing(OwnerUse::type));
    return uses;
  }

  private void forEachPresent(BiConsumer<Owner, Account> action) {
    present.forEach(owner -> action.accept(owner, sum(owner)));
  }

  /**
   * Forgets one who went away and of whose memory nothing is left. What could not be freed is
   * theirs still.
   */
  synchronized void departed(Owner owner) {
    Account account = sum(owner);
    // Nothing was allocated after they had gone, so nothing can be freed any more either.
    if (account.allocations() == account.frees() && present.remove(owner)) {
      places.inEachShard(owner::giveUp);
      departed.add(account);
      departedDenied += owner.marks().denied();
    }
  }

  static Map<ModMemType, TypeStats> byType(Account account) {
    Map<ModMemType, TypeStats> used = new EnumMap<>(ModMemType.class);
    for (ModMemType type : ModMemType.values()) {
      TypeStats live = account.live(type);
      if (live.live() != 0) {
        used.put(type, live);
      }
    }
    return used;
  }
}
