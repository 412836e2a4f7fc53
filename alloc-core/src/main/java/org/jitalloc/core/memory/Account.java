package org.jitalloc.core.memory;

import org.jitalloc.AllocatorStats.TypeStats;
import org.jitalloc.ModMemType;

/**
 * Counts what one owner has in one shard of memory, by type. Guarded by the lock of the shard, so
 * that counting costs a few additions.
 */
final class Account {

  private static final int ALLOCATED = 0;
  private static final int ALLOCATED_BYTES = 1;
  private static final int FREED = 2;
  private static final int FREED_BYTES = 3;
  private static final int EACH = 4;

  /** Cache lines before and behind the counts, so that accounts of different shards share none. */
  private static final int PAD = 8;

  private static final int TYPES = ModMemType.values().length;

  /** Four for each type, together in half a cache line. */
  private final long[] counts = new long[PAD + EACH * TYPES + PAD];

  private static int at(ModMemType type) {
    return PAD + EACH * type.ordinal();
  }

  void allocated(ModMemType type, long bytes) {
    counts[at(type) + ALLOCATED]++;
    counts[at(type) + ALLOCATED_BYTES] += bytes;
  }

  void freed(ModMemType type, long bytes) {
    counts[at(type) + FREED]++;
    counts[at(type) + FREED_BYTES] += bytes;
  }

  void add(Account other) {
    for (int i = 0; i < counts.length; i++) {
      counts[i] += other.counts[i];
    }
  }

  TypeStats live(ModMemType type) {
    int at = at(type);
    return new TypeStats(
        counts[at + ALLOCATED] - counts[at + FREED],
        counts[at + ALLOCATED_BYTES] - counts[at + FREED_BYTES]);
  }

  long allocations() {
    return sum(ALLOCATED);
  }

  long frees() {
    return sum(FREED);
  }

  private long sum(int first) {
    long sum = 0;
    for (int i = PAD + first; i < PAD + EACH * TYPES; i += EACH) {
      sum += counts[i];
    }
    return sum;
  }
}
