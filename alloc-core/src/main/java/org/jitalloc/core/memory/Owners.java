package org.jitalloc.core.memory;

import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jitalloc.AllocatorStats.TypeStats;
import org.jitalloc.ModMemType;

/** All who allocate from a target, and what they have together. */
final class Owners {

  private final TargetMemory target;
  private final Places places;
  private final Set<Owner> present = ConcurrentHashMap.newKeySet();

  /** What those had who went away and of whose memory nothing is left. Guarded by the monitor. */
  private final Account departed = new Account();

  Owners(TargetMemory target, Places places) {
    this.target = target;
    this.places = places;
  }

  Owner add(String name) {
    Owner owner = new Owner(target, name, places.shardCount());
    present.add(owner);
    return owner;
  }

  /** What one of them has and had. */
  Account sum(Owner owner) {
    Account sums = new Account();
    places.inEachShard(shard -> owner.addTo(sums, shard));
    return sums;
  }

  /** What all have and had. */
  synchronized Account sum() {
    Account sums = new Account();
    for (Owner owner : present) {
      boolean gone = owner.isGone();
      Account account = sum(owner);
      // Nothing was allocated after they had gone, so nothing can be freed any more either.
      if (gone && account.allocations() == account.frees()) {
        departed.add(account);
        present.remove(owner);
      } else {
        sums.add(account);
      }
    }
    sums.add(departed);
    return sums;
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
