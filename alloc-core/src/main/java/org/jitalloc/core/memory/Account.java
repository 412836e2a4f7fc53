package org.jitalloc.core.memory;

import java.util.Collection;
import org.jitalloc.AllocatorStats.TypeStats;
import org.jitalloc.ModMemType;
import org.jitalloc.Purpose;

/**
 * Counts what one owner has in one shard of memory, by type and purpose, and holds their credit for
 * it. Guarded by the lock of the shard, so that counting costs a few additions.
 */
final class Account {

  private static final int ALLOCATED = 0;
  private static final int ALLOCATED_BYTES = 1;
  private static final int FREED = 2;
  private static final int FREED_BYTES = 3;

  /** What was reserved with {@link Marks}. */
  private static final int RESERVED = 4;

  private static final int RESERVED_BYTES = 5;

  /** Below this too much is reserved. */
  private static final int FLOOR = 6;

  private static final int FLOOR_BYTES = 7;

  /** A cache line for each type and purpose. */
  private static final int EACH = 8;

  /** Cache lines before and behind the counts, so that accounts of different shards share none. */
  private static final int PAD = 8;

  /** Reserved is at most this much above what is held, and an eighth of it. */
  private static final long SPARE = 64;

  private static final long SPARE_BYTES = 4096;

  private final long[] counts = new long[PAD + EACH * Demand.CELLS + PAD];
  private final Marks marks;
  private Plan plan;

  /** Whether no rule is about the owner: known without a look at the plan. */
  private boolean isFree;

  private long[] credits;

  Account(Plan plan, Marks marks) {
    this.plan = plan;
    isFree = plan == Plan.FREE;
    this.marks = marks;
    credits = plan.noCredits();
  }

  /** An account that only sums others up. */
  static Account forSums() {
    return new Account(Plan.FREE, new Marks());
  }

  /**
   * Pays for an allocation.
   *
   * @throws Refusal if a rule stands against it; nothing was paid then
   */
  void admit(int cell, long bytes) {
    Gate gate = isFree ? null : plan.gate(cell);
    if (gate != null) {
      gate.pass(credits, bytes);
    }
  }

  /** Takes back what {@link #admit} paid for an allocation that was not made. */
  void refund(int cell, long bytes) {
    Gate gate = isFree ? null : plan.gate(cell);
    if (gate != null) {
      gate.leave(credits, bytes);
    }
  }

  /** Counts an allocation that was admitted. */
  void allocate(int cell, long bytes) {
    int at = PAD + EACH * cell;
    long live = ++counts[at + ALLOCATED] - counts[at + FREED];
    long liveBytes = (counts[at + ALLOCATED_BYTES] += bytes) - counts[at + FREED_BYTES];
    if (live > counts[at + RESERVED] || liveBytes > counts[at + RESERVED_BYTES]) {
      reserve(
          cell,
          Math.max(live, counts[at + RESERVED]),
          Math.max(liveBytes, counts[at + RESERVED_BYTES]));
    }
  }

  void free(int cell, long bytes) {
    Gate gate = isFree ? null : plan.gate(cell);
    if (gate != null) {
      gate.leave(credits, bytes);
    }
    int at = PAD + EACH * cell;
    counts[at + FREED]++;
    counts[at + FREED_BYTES] += bytes;
    if (live(cell) < counts[at + FLOOR] || liveBytes(cell) < counts[at + FLOOR_BYTES]) {
      reserve(cell, live(cell), liveBytes(cell));
    }
  }

  private void reserve(int cell, long allocations, long bytes) {
    int at = PAD + EACH * cell;
    marks.reserve(cell, allocations - counts[at + RESERVED], bytes - counts[at + RESERVED_BYTES]);
    counts[at + RESERVED] = allocations;
    counts[at + RESERVED_BYTES] = bytes;
    counts[at + FLOOR] = allocations - (allocations >> 3) - SPARE;
    counts[at + FLOOR_BYTES] = bytes - (bytes >> 3) - SPARE_BYTES;
  }

  /** Is under another plan from now on. Credit under the old one is lost, as is the old one. */
  void adopt(Plan next) {
    if (plan != next) {
      plan = next;
      isFree = plan == Plan.FREE;
      credits = next.noCredits();
      next.add(this);
    }
  }

  /** Gives credit back. */
  void giveBack(Collection<Ledger> ledgers) {
    for (int i = 0; i < plan.ledgers().size(); i++) {
      Ledger ledger = plan.ledgers().get(i);
      if (ledgers.contains(ledger)) {
        ledger.takeBack(credits, 2 * i);
      }
    }
  }

  /** Gives all credit back, and what was reserved for more, for good. */
  void giveUp() {
    for (int cell = 0; cell < Demand.CELLS; cell++) {
      int at = PAD + EACH * cell;
      if (counts[at + RESERVED] != 0 || counts[at + RESERVED_BYTES] != 0) {
        reserve(cell, live(cell), liveBytes(cell));
      }
    }
    for (int i = 0; i < credits.length; i += 2) {
      plan.ledgers().get(i / 2).add(-credits[i], -credits[i + 1]);
    }
    plan = Plan.FREE;
    isFree = true;
    credits = plan.noCredits();
  }

  void add(Account other) {
    for (int i = 0; i < counts.length; i++) {
      counts[i] += other.counts[i];
    }
  }

  long live(int cell) {
    int at = PAD + EACH * cell;
    return counts[at + ALLOCATED] - counts[at + FREED];
  }

  long liveBytes(int cell) {
    int at = PAD + EACH * cell;
    return counts[at + ALLOCATED_BYTES] - counts[at + FREED_BYTES];
  }

  TypeStats live(ModMemType type) {
    long live = 0;
    long bytes = 0;
    for (Purpose purpose : Purpose.values()) {
      live += live(Demand.cell(type, purpose));
      bytes += liveBytes(Demand.cell(type, purpose));
    }
    return new TypeStats(live, bytes);
  }

  long allocations() {
    return sum(ALLOCATED);
  }

  long frees() {
    return sum(FREED);
  }

  private long sum(int first) {
    long sum = 0;
    for (int i = PAD + first; i < PAD + EACH * Demand.CELLS; i += EACH) {
      sum += counts[i];
    }
    return sum;
  }
}
