package org.jitalloc.core.memory;

import java.util.ArrayList;
import java.util.List;
import org.jitalloc.ModMemType;
import org.jitalloc.OwnerUse;
import org.jitalloc.Purpose;

/**
 * The most that all owners of one name ever held, and how often they were denied, by type and
 * purpose. The monitor guards everything; it is taken under the lock of a shard.
 */
final class Marks {
  /*
   * Accounts of shards say what they may come to hold (reserve) before they hold it, and what they
   * will not need (a negative number) when they hold a good deal less. The sum of that over the
   * shards is never below what is held, so its maximum is never below the peak. As an account
   * reserves no more than it is about to hold, the peak is exact while one shard is in use; and
   * else above the truth by what accounts keep at most: see Account.
   */
  private final long[] reserved = new long[Demand.CELLS];
  private final long[] reservedBytes = new long[Demand.CELLS];
  private final long[] peak = new long[Demand.CELLS];
  private final long[] peakBytes = new long[Demand.CELLS];
  private final long[] denied = new long[Demand.CELLS];

  synchronized void reserve(int cell, long allocations, long bytes) {
    reserved[cell] += allocations;
    reservedBytes[cell] += bytes;
    peak[cell] = Math.max(peak[cell], reserved[cell]);
    peakBytes[cell] = Math.max(peakBytes[cell], reservedBytes[cell]);
  }

  synchronized void deny(int cell) {
    denied[cell]++;
  }

  synchronized long peak(int cell) {
    return peak[cell];
  }

  synchronized long peakBytes(int cell) {
    return peakBytes[cell];
  }

  synchronized long denied(int cell) {
    return denied[cell];
  }

  synchronized long denied() {
    long sum = 0;
    for (long count : denied) {
      sum += count;
    }
    return sum;
  }

  /**
   * What they hold, held and were denied, by purpose and type.
   *
   * @param name their name
   * @param sums what they hold
   */
  List<OwnerUse> uses(String name, Account sums) {
    List<OwnerUse> uses = new ArrayList<>();
    for (Purpose purpose : Purpose.values()) {
      for (ModMemType type : ModMemType.values()) {
        int cell = Demand.cell(type, purpose);
        if (peak(cell) > 0 || denied(cell) > 0) {
          uses.add(
              new OwnerUse(
                  name,
                  purpose,
                  type,
                  sums.live(cell),
                  sums.liveBytes(cell),
                  peak(cell),
                  peakBytes(cell),
                  denied(cell)));
        }
      }
    }
    return uses;
  }
}
