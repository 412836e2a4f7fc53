package org.jitalloc.core.memory;

import org.jitalloc.core.policy.Limits;
import org.jitalloc.core.policy.Rule;

/**
 * What a limit has left to give. Exact at any time: no more than the limit is ever held, and a
 * request that fits is not refused.
 */
final class Ledger {
  /*
   * Accounts of shards hold credit: what the ledger gave them and nobody uses. A place is paid from
   * the credit of its shard, under the lock of the shard, without a look at the ledger; only when
   * that does not suffice is more drawn, and only when it has become a lot (KEPT and as much again)
   * is some given back. So the ledger counts what is held and all credit, and that is never above
   * the limit.
   *
   * When it has too little left for a request, the rest may be credit of other shards. Then the
   * ledger becomes tight: it gives what is needed and no more, and credit comes back with each
   * free. When the credit of all shards was collected (Owners.collect), the ledger knows all there
   * is, and what it refuses now is refused rightly. It stays so until a quarter of the limit is
   * free again; until then each allocation and free of those it limits takes its monitor.
   *
   *   OPENING: the holdings of the shards are being added, after a change of policy; nothing is
   *   given
   *   LOOSE: credit is about; what is held and credit are within the limit
   *   COLLECTING: no new credit, but some is about
   *   STRICT: there is no credit anywhere. More than the limit may be held, where a rule came late
   *
   * Locking: the monitor, under the lock of a shard. `state` is read without it, in frees: who
   * reads LOOSE too late leaves credit in a shard that is yet to be collected, for collecting takes
   * the lock of that shard after the state was set.
   */
  private static final long KEPT_BYTES = 64 << 10;
  private static final long KEPT_ALLOCATIONS = 256;

  /** Credit is given for no more than this part of what is left: others will want some. */
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

  /** What is held, and credit. Guarded by the monitor. */
  private long bytes;

  /** As {@link #bytes}. */
  private long allocations;

  /** How many wait for an exact answer. Guarded by the monitor. */
  private int waiting;

  Ledger(Rule rule) {
    this.rule = rule;
    Limits limits = rule.limits();
    mostBytes = limits.maxBytes() > 0 ? limits.maxBytes() : Long.MAX_VALUE;
    mostAllocations = limits.maxAllocations() > 0 ? limits.maxAllocations() : Long.MAX_VALUE;
  }

  /** Adds what is held already. */
  synchronized void add(long heldBytes, long heldAllocations) {
    bytes += heldBytes;
    allocations += heldAllocations;
  }

  /** Everything that is held was added. Does nothing if that was said before. */
  synchronized void open() {
    if (state != State.OPENING) {
      return;
    }
    boolean within = bytes <= mostBytes && allocations <= mostAllocations;
    state = within ? State.LOOSE : State.STRICT;
  }

  /** Whether a request is more than the limit, whatever is held. */
  boolean isLessThan(long size) {
    return size > mostBytes;
  }

  /** Pays for an allocation. The credit is at two places from `at`: bytes, and allocations. */
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

  /** What the rule says, and what is held: exact if there is no credit, and the refusal certain. */
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

  /** Takes an allocation back. */
  void refund(long[] credits, int at, long size) {
    credits[at] += size;
    credits[at + 1]++;
    if (state != State.LOOSE
        || credits[at] > 2 * KEPT_BYTES
        || credits[at + 1] > 2 * KEPT_ALLOCATIONS) {
      takeBack(credits, at);
    }
  }

  /** Takes credit back: all of it, or where that does no harm all but a little. */
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

  /** Nobody gets credit from now on. To be ended by {@link #endExact}. */
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
