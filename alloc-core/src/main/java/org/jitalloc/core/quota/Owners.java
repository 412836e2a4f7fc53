package org.jitalloc.core.quota;

import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jitalloc.AllocatorStats.TypeStats;
import org.jitalloc.ModMemType;
import org.jitalloc.OwnerUse;
import org.jspecify.annotations.Nullable;

/**
 * The owners of a target, and their usage. The monitor guards the usage of owners that left; it is
 * taken under the monitor of the {@link Rulebook} and before locks of shards.
 *
 * <p>Several owners may have one name: a bundle, and a consumer that allocates for it. Rules and
 * statistics treat them as one.
 *
 * @param <O> the kind of owner
 */
public final class Owners<O extends Owner> {

  private final String target;
  private final ShardLocks shards;
  private final Rulebook rulebook;
  private final Supplier<String> mode;
  private final Function<Owner.Grant, O> factory;

  /** Changed under the monitor of the rulebook. */
  private final Set<O> present = ConcurrentHashMap.newKeySet();

  /** By the names of the owners that are present. */
  private final Map<String, PeakCounters> peaks = new ConcurrentHashMap<>();

  /** The usage of owners that left and hold nothing. Guarded by the monitor. */
  private final ShardUsage departed = ShardUsage.forSums();

  /** The number of denied requests of those. Guarded by the monitor. */
  private long departedDenied;

  private @Nullable O core;

  /**
   * Makes an empty set.
   *
   * @param target the name of the target
   * @param rulebook the rules for the owners
   * @param mode gives the memory mode of new memory; empty where rules do not select by mode
   * @param factory makes an owner
   */
  public Owners(
      String target,
      ShardLocks shards,
      Rulebook rulebook,
      Supplier<String> mode,
      Function<Owner.Grant, O> factory) {
    this.target = target;
    this.shards = shards;
    this.rulebook = rulebook;
    this.mode = mode;
    this.factory = factory;
  }

  /** Adds the owner of the core's own memory, to which no rule applies. Called once. */
  public O addCore(String name) {
    O owner = add(name, EffectivePolicy.FREE);
    core = owner;
    return owner;
  }

  /** Adds an owner, to which the rules for its name apply. */
  public O add(String name) {
    synchronized (rulebook) {
      EffectivePolicy policy = rulebook.effectivePolicy(name, target, mode);
      policy.quotas().forEach(Quota::open);
      return add(name, policy);
    }
  }

  private O add(String name, EffectivePolicy policy) {
    PeakCounters known = peaks.computeIfAbsent(name, _ -> new PeakCounters());
    O owner = factory.apply(new Owner.Grant(name, known, shards.shardCount(), policy));
    present.add(owner);
    return owner;
  }

  private Stream<O> underRules() {
    return present.stream().filter(owner -> !owner.equals(core));
  }

  /** Gives new policies to all owners; their usages still have the old ones. */
  void renewPolicies() {
    underRules()
        .forEach(owner -> owner.setPolicy(rulebook.effectivePolicy(owner.name(), target, mode)));
  }

  /** Applies the new policies to all usages. */
  void adoptPolicies() {
    List<O> all = underRules().toList();
    shards.inEachShard(shard -> all.forEach(owner -> owner.adoptPolicy(shard)));
  }

  /** Collects the credit that shards hold. */
  void collect(Collection<Quota> quotas) {
    shards.inEachShard(shard -> present.forEach(owner -> owner.giveBack(shard, quotas)));
  }

  /** Returns all credit, since the target is closed. */
  void giveUpAll() {
    shards.inEachShard(shard -> present.forEach(owner -> owner.giveUp(shard)));
  }

  boolean isPresent(String name) {
    return peaks.containsKey(name);
  }

  private ShardUsage sum(O owner) {
    ShardUsage sums = ShardUsage.forSums();
    shards.inEachShard(shard -> owner.addTo(sums, shard));
    return sums;
  }

  /** {@return the usage of all owners, present and past} */
  public synchronized ShardUsage sum() {
    ShardUsage sums = ShardUsage.forSums();
    present.forEach(owner -> sums.add(sum(owner)));
    sums.add(departed);
    return sums;
  }

  /** {@return the number of denied requests of all owners, present and past} */
  public synchronized long denied() {
    return departedDenied + peaks.values().stream().mapToLong(PeakCounters::denied).sum();
  }

  /** {@return usage, peak and denied requests, by name, purpose and type} */
  public synchronized List<OwnerUse> uses() {
    Map<String, ShardUsage> sums = new TreeMap<>();
    for (O owner : present) {
      sums.computeIfAbsent(owner.name(), _ -> ShardUsage.forSums()).add(sum(owner));
    }
    List<OwnerUse> uses = new ArrayList<>();
    sums.forEach(
        (name, usage) -> {
          PeakCounters known = peaks.get(name);
          if (known != null) {
            uses.addAll(known.uses(name, usage));
          }
        });
    return uses;
  }

  /**
   * Forgets an owner that left, if it holds nothing. What could not be freed stays counted for it.
   */
  public void departed(O owner) {
    synchronized (rulebook) {
      forget(owner);
      if (!isPresent(owner.name())) {
        rulebook.forgetUnlessPresent(owner.name());
      }
    }
  }

  private synchronized void forget(O owner) {
    ShardUsage usage = sum(owner);
    // Nothing was allocated after the owner left, so nothing can be freed any more either.
    if (usage.allocations() == usage.frees() && present.remove(owner)) {
      shards.inEachShard(owner::giveUp);
      departed.add(usage);
      String name = owner.name();
      if (present.stream().noneMatch(other -> other.name().equals(name))) {
        departedDenied += owner.peaks().denied();
        peaks.remove(name);
      }
    }
  }

  /** {@return the live allocations of a usage by type; types without any are left out} */
  public static Map<ModMemType, TypeStats> byType(ShardUsage usage) {
    Map<ModMemType, TypeStats> used = new EnumMap<>(ModMemType.class);
    for (ModMemType type : ModMemType.values()) {
      TypeStats live = usage.live(type);
      if (live.live() != 0) {
        used.put(type, live);
      }
    }
    return used;
  }
}
