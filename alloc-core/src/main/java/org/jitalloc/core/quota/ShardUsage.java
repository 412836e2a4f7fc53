package org.jitalloc.core.quota;

import java.util.Collection;
import org.jitalloc.AllocatorStats.TypeStats;
import org.jitalloc.ModMemType;
import org.jitalloc.Purpose;

/**
 * The usage of one owner in one shard, by type and purpose, and the credit of the shard for it.
 * Guarded by the lock of the shard, so that counting costs a few additions.
 */
public final class ShardUsage {

  private static final int ALLOCATED = 0;
  private static final int ALLOCATED_BYTES = 1;
  private static final int FREED = 2;
  private static final int FREED_BYTES = 3;

  /** The allocations that are reserved in {@link PeakCounters}. */
  private static final int RESERVED = 4;

  private static final int RESERVED_BYTES = 5;

  /** With fewer live allocations than this, too much is reserved. */
  private static final int FLOOR = 6;

  private static final int FLOOR_BYTES = 7;

  /** A cache line for each type and purpose. */
  private static final int EACH = 8;

  /** Cache lines before and behind the counts: usages of different shards share no line. */
  private static final int PAD = 8;

  /** At most this, and an eighth of the live allocations, is reserved above them. */
  private static final long SPARE = 64;

  private static final long SPARE_BYTES = 4096;

  private final long[] counts = new long[PAD + EACH * TypePurpose.COUNT + PAD];
  private final PeakCounters peaks;
  private EffectivePolicy policy;

  /** Whether no rule applies to the owner: known without a load of the policy. */
  private boolean isFree;

  private long[] credits;

  ShardUsage(EffectivePolicy policy, PeakCounters peaks) {
    this.policy = policy;
    isFree = policy == EffectivePolicy.FREE;
    this.peaks = peaks;
    credits = policy.noCredits();
  }

  /** {@return a usage that only sums others up} */
  static ShardUsage forSums() {
    return new ShardUsage(EffectivePolicy.FREE, new PeakCounters());
  }

  /**
   * Charges an allocation.
   *
   * @throws Refusal if a rule refuses it; nothing was charged then
   */
  void admit(int typePurpose, long bytes) {
    PolicyCheck check = isFree ? null : policy.check(typePurpose);
    if (check != null) {
      check.charge(credits, bytes);
    }
  }

  /** Undoes {@link #admit} for an allocation that was not made. */
  void refund(int typePurpose, long bytes) {
    PolicyCheck check = isFree ? null : policy.check(typePurpose);
    if (check != null) {
      check.refund(credits, bytes);
    }
  }

  /** Counts an allocation that was admitted. */
  void allocate(int typePurpose, long bytes) {
    int at = PAD + EACH * typePurpose;
    long live = ++counts[at + ALLOCATED] - counts[at + FREED];
    long liveBytes = (counts[at + ALLOCATED_BYTES] += bytes) - counts[at + FREED_BYTES];
    if (live > counts[at + RESERVED] || liveBytes > counts[at + RESERVED_BYTES]) {
      reserve(
          typePurpose,
          Math.max(live, counts[at + RESERVED]),
          Math.max(liveBytes, counts[at + RESERVED_BYTES]));
    }
  }

  void free(int typePurpose, long bytes) {
    PolicyCheck check = isFree ? null : policy.check(typePurpose);
    if (check != null) {
      check.refund(credits, bytes);
    }
    int at = PAD + EACH * typePurpose;
    counts[at + FREED]++;
    counts[at + FREED_BYTES] += bytes;
    if (live(typePurpose) < counts[at + FLOOR]
        || liveBytes(typePurpose) < counts[at + FLOOR_BYTES]) {
      reserve(typePurpose, live(typePurpose), liveBytes(typePurpose));
    }
  }

  private void reserve(int typePurpose, long allocations, long bytes) {
    int at = PAD + EACH * typePurpose;
    peaks.reserve(
        typePurpose, allocations - counts[at + RESERVED], bytes - counts[at + RESERVED_BYTES]);
    counts[at + RESERVED] = allocations;
    counts[at + RESERVED_BYTES] = bytes;
    counts[at + FLOOR] = allocations - (allocations >> 3) - SPARE;
    counts[at + FLOOR_BYTES] = bytes - (bytes >> 3) - SPARE_BYTES;
  }

  /** Applies another policy. Credit under the old policy is dropped with it. */
  void adopt(EffectivePolicy next) {
    if (policy != next) {
      policy = next;
      isFree = policy == EffectivePolicy.FREE;
      credits = next.noCredits();
      next.add(this);
    }
  }

  /** Returns credit. */
  void giveBack(Collection<Quota> quotas) {
    for (int i = 0; i < policy.quotas().size(); i++) {
      Quota quota = policy.quotas().get(i);
      if (quotas.contains(quota)) {
        quota.takeBack(credits, 2 * i);
      }
    }
  }

  /** Returns all credit and all reservations above the live allocations, for good. */
  void giveUp() {
    for (int typePurpose = 0; typePurpose < TypePurpose.COUNT; typePurpose++) {
      int at = PAD + EACH * typePurpose;
      if (counts[at + RESERVED] != 0 || counts[at + RESERVED_BYTES] != 0) {
        reserve(typePurpose, live(typePurpose), liveBytes(typePurpose));
      }
    }
    for (int i = 0; i < credits.length; i += 2) {
      policy.quotas().get(i / 2).add(-credits[i], -credits[i + 1]);
    }
    policy = EffectivePolicy.FREE;
    isFree = true;
    credits = policy.noCredits();
  }

  void add(ShardUsage other) {
    for (int i = 0; i < counts.length; i++) {
      counts[i] += other.counts[i];
    }
  }

  long live(int typePurpose) {
    int at = PAD + EACH * typePurpose;
    return counts[at + ALLOCATED] - counts[at + FREED];
  }

  long liveBytes(int typePurpose) {
    int at = PAD + EACH * typePurpose;
    return counts[at + ALLOCATED_BYTES] - counts[at + FREED_BYTES];
  }

  TypeStats live(ModMemType type) {
    long live = 0;
    long bytes = 0;
    for (Purpose purpose : Purpose.values()) {
      live += live(TypePurpose.index(type, purpose));
      bytes += liveBytes(TypePurpose.index(type, purpose));
    }
    return new TypeStats(live, bytes);
  }

  public long allocations() {
    return sum(ALLOCATED);
  }

  public long frees() {
    return sum(FREED);
  }

  private long sum(int first) {
    long sum = 0;
    for (int i = PAD + first; i < PAD + EACH * TypePurpose.COUNT; i += EACH) {
      sum += counts[i];
    }
    return sum;
  }
}
