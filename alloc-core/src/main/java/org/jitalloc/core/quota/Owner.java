package org.jitalloc.core.quota;

import java.util.Collection;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;
import org.jspecify.annotations.Nullable;

/**
 * An owner of allocations: its name, its usage by shard, and the rules that apply to it. What it
 * holds is freed when it leaves.
 */
public abstract class Owner {

  private final String name;
  private final PeakCounters peaks;

  /** Its usage by shard; each element is guarded by the lock of its shard. */
  private final @Nullable ShardUsage[] usages;

  /** Written by {@link Owners} before it goes through the usages, which have their own policy. */
  private volatile EffectivePolicy policy;

  private volatile boolean gone;

  /** Whether it is no longer counted among those present. Guarded by the monitor. */
  private boolean departed;

  /**
   * Makes an owner.
   *
   * @param grant what {@link Owners} gives it
   */
  protected Owner(Grant grant) {
    this.name = grant.name;
    this.peaks = grant.peaks;
    this.policy = grant.policy;
    usages = new ShardUsage[grant.shards];
  }

  /** What {@link Owners} gives to a new owner. */
  public static final class Grant {
    private final String name;
    private final PeakCounters peaks;
    private final int shards;
    private final EffectivePolicy policy;

    Grant(String name, PeakCounters peaks, int shards, EffectivePolicy policy) {
      this.name = name;
      this.peaks = peaks;
      this.shards = shards;
      this.policy = policy;
    }
  }

  /** {@return its name, which several owners may have} */
  public final String name() {
    return name;
  }

  final EffectivePolicy policy() {
    return policy;
  }

  final void setPolicy(EffectivePolicy next) {
    policy = next;
  }

  final PeakCounters peaks() {
    return peaks;
  }

  /**
   * Checks that allocations are possible at all.
   *
   * @throws JitAllocException WRONG_STATE if the target is closed
   */
  protected abstract void requireOpen();

  /**
   * Admits an allocation in a shard, and charges it. The caller holds the lock of the shard. A
   * refusal has changed nothing.
   *
   * @param typePurpose the number of type and purpose, see {@link TypePurpose}
   * @throws JitAllocException WRONG_STATE if the target is closed, or the owner left
   * @throws Refusal if a rule refuses it
   */
  public final void admit(int shard, int typePurpose, long bytes) {
    requireOpen();
    if (gone) {
      throw new JitAllocException(Reason.WRONG_STATE, name + " went away and cannot allocate");
    }
    usage(shard).admit(typePurpose, bytes);
  }

  /** Undoes the charge of an admission. The caller holds the lock of the shard. */
  public final void refund(int shard, int typePurpose, long bytes) {
    usage(shard).refund(typePurpose, bytes);
  }

  /** Counts an admitted allocation. The caller holds the lock of the shard. */
  public final void allocated(int shard, int typePurpose, long bytes) {
    usage(shard).allocate(typePurpose, bytes);
  }

  /** Counts a free. The caller holds the lock of the shard. */
  public final void freed(int shard, int typePurpose, long bytes) {
    usage(shard).free(typePurpose, bytes);
  }

  private ShardUsage usage(int shard) {
    ShardUsage usage = usages[shard];
    if (usage == null) {
      usage = new ShardUsage(policy, peaks);
      usages[shard] = usage;
    }
    return usage;
  }

  /** Applies the policy in a shard, whose lock the caller holds. */
  final void adoptPolicy(int shard) {
    ShardUsage usage = usages[shard];
    if (usage != null) {
      usage.adopt(policy);
    }
  }

  /** Returns the credit that a shard holds. The caller holds its lock. */
  final void giveBack(int shard, Collection<Quota> quotas) {
    ShardUsage usage = usages[shard];
    if (usage != null) {
      usage.giveBack(quotas);
    }
  }

  /** As {@link #giveBack}, for an owner that needs no credit any more. */
  final void giveUp(int shard) {
    ShardUsage usage = usages[shard];
    if (usage != null) {
      usage.giveUp();
    }
  }

  /** Adds its usage of a shard, whose lock the caller holds. */
  final void addTo(ShardUsage sums, int shard) {
    ShardUsage usage = usages[shard];
    if (usage != null) {
      sums.add(usage);
    }
  }

  /** Refuses all allocations from now on. */
  public final void leave() {
    gone = true;
  }

  /** {@return true once, after it left} */
  public final synchronized boolean departs() {
    boolean first = gone && !departed;
    departed = gone;
    return first;
  }
}
