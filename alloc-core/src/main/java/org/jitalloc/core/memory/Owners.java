package org.jitalloc.core.memory;

import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jitalloc.AllocatorStats.TypeStats;
import org.jitalloc.ModMemType;
import org.jitalloc.OwnerUse;

/**
 * All who allocate from a target, and what they have together. The monitor guards what is left of
 * those who went; it is taken under that of the {@link Rulebook} and before locks of shards.
 *
 * <p>Several may have the same name: a bundle, and who allocates for it. For rules and in what is
 * told of them they are one.
 */
final class Owners {

  private final TargetMemory target;
  private final Places places;
  private final Rulebook rulebook;
  private final Supplier<String> mode;

  /** Owners come and go under the monitor of the rulebook. */
  private final Set<Owner> present = ConcurrentHashMap.newKeySet();

  /** By name, of those who are present. */
  private final Map<String, Marks> marks = new ConcurrentHashMap<>();

  /** What those had who went away and of whose memory nothing is left. Guarded by the monitor. */
  private final Account departed = Account.forSums();

  /** How often those were denied. Guarded by the monitor. */
  private long departedDenied;

  /**
   * Makes an empty set.
   *
   * @param rulebook the rules for them
   * @param mode the way in which new memory is had; empty if rules do not care
   */
  Owners(TargetMemory target, Places places, Rulebook rulebook, Supplier<String> mode) {
    this.target = target;
    this.places = places;
    this.rulebook = rulebook;
    this.mode = mode;
  }

  /** Adds the core itself, which no rule is about. */
  Owner addCore(String name) {
    return add(name, Plan.FREE);
  }

  Owner add(String name) {
    synchronized (rulebook) {
      Plan plan = rulebook.newPlan(name, target.target().name(), mode);
      plan.ledgers().forEach(Ledger::open);
      return add(name, plan);
    }
  }

  private Owner add(String name, Plan plan) {
    Marks known = marks.computeIfAbsent(name, _ -> new Marks());
    var owner = new Owner(target, name, known, places.shardCount(), plan);
    present.add(owner);
    return owner;
  }

  private Stream<Owner> bound() {
    return present.stream().filter(owner -> owner != target.core());
  }

  /** Gives all of them the plans that new rules come to; accounts have the old ones yet. */
  void planAnew() {
    String name = target.target().name();
    bound().forEach(owner -> owner.plan(rulebook.newPlan(owner.name(), name, mode)));
  }

  /** Has their plans hold in all accounts. */
  void adoptPlans() {
    List<Owner> all = bound().toList();
    places.inEachShard(shard -> all.forEach(owner -> owner.adoptPlan(shard)));
  }

  /** Takes all credit back that lies in shards. */
  void collect(Collection<Ledger> ledgers) {
    places.inEachShard(shard -> present.forEach(owner -> owner.giveBack(shard, ledgers)));
  }

  /** Gives all credit back, of those whose target is closed. */
  void giveUpAll() {
    places.inEachShard(shard -> present.forEach(owner -> owner.giveUp(shard)));
  }

  boolean isPresent(String name) {
    return marks.containsKey(name);
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
    present.forEach(owner -> sums.add(sum(owner)));
    sums.add(departed);
    return sums;
  }

  /** How often any of them was denied. */
  synchronized long denied() {
    return departedDenied + marks.values().stream().mapToLong(Marks::denied).sum();
  }

  /** What each of them holds, held and was denied, by name, purpose and type. */
  synchronized List<OwnerUse> uses() {
    Map<String, Account> sums = new TreeMap<>();
    for (Owner owner : present) {
      sums.computeIfAbsent(owner.name(), _ -> Account.forSums()).add(sum(owner));
    }
    List<OwnerUse> uses = new ArrayList<>();
    sums.forEach(
        (name, account) -> {
          Marks known = marks.get(name);
          if (known != null) {
            uses.addAll(known.uses(name, account));
          }
        });
    return uses;
  }

  /**
   * Forgets one who went away and of whose memory nothing is left. What could not be freed is
   * theirs still.
   */
  void departed(Owner owner) {
    synchronized (rulebook) {
      forget(owner);
      if (!isPresent(owner.name())) {
        rulebook.forgetUnlessPresent(owner.name());
      }
    }
  }

  private synchronized void forget(Owner owner) {
    Account account = sum(owner);
    // Nothing was allocated after they had gone, so nothing can be freed any more either.
    if (account.allocations() == account.frees() && present.remove(owner)) {
      places.inEachShard(owner::giveUp);
      departed.add(account);
      String name = owner.name();
      if (present.stream().noneMatch(other -> other.name().equals(name))) {
        departedDenied += owner.marks().denied();
        marks.remove(name);
      }
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
