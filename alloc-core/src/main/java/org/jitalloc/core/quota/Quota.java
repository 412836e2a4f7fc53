package org.jitalloc.core.quota;

import org.jitalloc.core.policy.Limits;
import org.jitalloc.core.policy.Rule;

/**
 * The remainder of a limit. It is exact at any time: usage never exceeds the limit, and a request
 * that fits is not refused.
 */
final class Quota {
  /*
   * Usages of shards hold credit: an amount that the quota gave them and that no allocation uses.
   * An allocation is charged to the credit of its shard, under the lock of the shard, without a
   * look at the quota. A shard draws more credit only when it lacks some, and returns some only
   * when it has much (KEPT and as much again). So the quota counts usage and all credit, and the
   * sum is never above the limit.
   *
   * When the quota has too little left for a request, other shards may hold the rest as credit.
   * Then the quota becomes tight: it gives no more than a request needs, and credit returns with
   * each free. Once the credit of all shards was collected (Owners.collect), the quota knows the
   * exact usage, and its refusals are certain. It stays tight until a quarter of the limit is free
   * again. Until then each allocation and free under the limit takes its monitor.
   *
   *   OPENING: the usages of the shards are being added, after a change of policy; nothing is given
   *   LOOSE: shards may hold credit; usage and credit are within the limit
   *   COLLECTING: no new credit is given, but shards may hold some
   *   STRICT: no shard holds credit. Usage may exceed the limit if the rule is newer than it
   *
   * Locking: the monitor, under the lock of a shard. Frees read `state` without it. A free that
   * reads LOOSE too late leaves credit in a shard that is collected later, since collecting takes
   * the lock of that shard after the state was set.
   */
  private static final long KEPT_BYTES = 64 << 10;
  private static final long KEPT_ALLOCATIONS = 256;

  /** At most this fraction of the remainder is given as credit to one shard. */
  private static final int SHARE = 32;

  private enum State {
    OPENING,
    LOOSE,
    COLLECTING,
    STRICT
  }

  private final Rule rule;
  private final long mostBytes;
  private final long mostAllocations;
  private volatile State state = State.OPENING;

  /** Usage and credit. Guarded by the monitor. */
  private long bytes;

  /** As {@link #bytes}. */
  private long allocations;

  /** The number of requests that wait for an exact answer. Guarded by the monitor. */
  private int waiting;

  Quota(Rule rule) {
    this.rule = rule;
    Limits limits = rule.limits();
    mostBytes = limits.maxBytes() > 0 ? limits.maxBytes() : Long.MAX_VALUE;
    mostAllocations = limits.maxAllocations() > 0 ? limits.maxAllocations() : Long.MAX_VALUE;
  }

  /** Adds existing usage. */
  synchronized void add(long heldBytes, long heldAllocations) {
    bytes += heldBytes;
    allocations += heldAllocations;
  }

  /** Begins to give credit: all usage was added. Does nothing the second time. */
  synchronized void open() {
    if (state != State.OPENING) {
      return;
    }
    boolean within = bytes <= mostBytes && allocations <= mostAllocations;
    state = within ? State.LOOSE : State.STRICT;
  }

  /** {@return whether a request exceeds the limit, whatever the usage} */
  boolean isLessThan(long size) {
    return size > mostBytes;
  }

  /** Charges an allocation. The credit is at two indexes from `at`: bytes, and allocations. */
  void charge(long[] credits, int at, long size) {
    if (size <= credits[at] && credits[at + 1] > 0) {
      credits[at] -= size;
      credits[at + 1]--;
    } else {
      draw(credits, at, size);
    }
  }

  private synchronized void draw(long[] credits, int at, long size) {
    long lackBytes = Math.max(0, size - credits[at]);
    long lackAllocations = Math.max(0, 1 - credits[at + 1]);
    if (state == State.OPENING
        || lackBytes > mostBytes - bytes
        || lackAllocations > mostAllocations - allocations) {
      throw refusal();
    }
    long newBytes = lackBytes + extra(mostBytes - bytes - lackBytes, KEPT_BYTES);
    long newAllocations =
        lackAllocations + extra(mostAllocations - allocations - lackAllocations, KEPT_ALLOCATIONS);
    bytes += newBytes;
    allocations += newAllocations;
    credits[at] += newBytes - size;
    credits[at + 1] += newAllocations - 1;
  }

  private long extra(long left, long most) {
    return state == State.LOOSE ? Math.min(left / SHARE, most) : 0;
  }

  /** {@return a refusal with the limit and the usage; exact and certain if there is no credit} */
  synchronized Refusal refusal() {
    long heldBytes = bytes;
    long heldAllocations = allocations;
    return new Refusal(
        state == State.STRICT,
        () ->
            "rule=%s%s%s%s heldBytes=%d heldAllocations=%d"
                .formatted(
                    rule.name(),
                    mostBytes == Long.MAX_VALUE ? "" : " maxBytes=" + mostBytes,
                    mostAllocations == Long.MAX_VALUE ? "" : " maxAllocations=" + mostAllocations,
                    rule.limits().together() ? " together=true" : "",
                    heldBytes,
                    heldAllocations));
  }

  /** Undoes the charge of an allocation. */
  void refund(long[] credits, int at, long size) {
    credits[at] += size;
    credits[at + 1]++;
    if (state != State.LOOSE
        || credits[at] > 2 * KEPT_BYTES
        || credits[at + 1] > 2 * KEPT_ALLOCATIONS) {
      takeBack(credits, at);
    }
  }

  /** Takes credit back: all of it, or, while loose, all but a little. */
  synchronized void takeBack(long[] credits, int at) {
    boolean loose = state == State.LOOSE;
    long givenBytes = loose ? Math.max(0, credits[at] - KEPT_BYTES) : credits[at];
    long given = loose ? Math.max(0, credits[at + 1] - KEPT_ALLOCATIONS) : credits[at + 1];
    bytes -= givenBytes;
    allocations -= given;
    credits[at] -= givenBytes;
    credits[at + 1] -= given;
    loosen();
  }

  /** Gives no credit from now on, until {@link #endExact}. */
  synchronized void beginExact() {
    waiting++;
    if (state == State.LOOSE) {
      state = State.COLLECTING;
    }
  }

  /** The credit of all shards was taken back since {@link #beginExact}. */
  synchronized void collected() {
    if (state == State.COLLECTING) {
      state = State.STRICT;
    }
  }

  synchronized void endExact() {
    waiting--;
    loosen();
  }

  private void loosen() {
    if (state == State.STRICT
        && waiting == 0
        && mostBytes - bytes > mostBytes / 4
        && mostAllocations - allocations > mostAllocations / 4) {
      state = State.LOOSE;
    }
  }
}
