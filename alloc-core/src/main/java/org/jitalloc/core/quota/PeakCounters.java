package org.jitalloc.core.quota;

import java.util.ArrayList;
import java.util.List;
import org.jitalloc.ModMemType;
import org.jitalloc.OwnerUse;
import org.jitalloc.Purpose;

/**
 * The peak usage of all owners of one name, and the number of their denied requests, by type and
 * purpose. The monitor guards everything; it is taken under the lock of a shard.
 */
final class PeakCounters {
  /*
   * The usage of a shard reserves allocations before it counts them, and returns reservations (a
   * negative number) when it holds much less. The sum of the reservations of all shards is never
   * below the usage, so its maximum is never below the peak. A usage reserves no more than it is
   * about to count, so the peak is exact while one shard is in use. Otherwise it is too high by at
   * most the reservations that shards keep: see ShardUsage.
   */
  private final long[] reserved = new long[TypePurpose.COUNT];
  private final long[] reservedBytes = new long[TypePurpose.COUNT];
  private final long[] peak = new long[TypePurpose.COUNT];
  private final long[] peakBytes = new long[TypePurpose.COUNT];
  private final long[] denied = new long[TypePurpose.COUNT];

  synchronized void reserve(int typePurpose, long allocations, long bytes) {
    reserved[typePurpose] += allocations;
    reservedBytes[typePurpose] += bytes;
    peak[typePurpose] = Math.max(peak[typePurpose], reserved[typePurpose]);
    peakBytes[typePurpose] = Math.max(peakBytes[typePurpose], reservedBytes[typePurpose]);
  }

  synchronized void deny(int typePurpose) {
    denied[typePurpose]++;
  }

  synchronized long peak(int typePurpose) {
    return peak[typePurpose];
  }

  synchronized long peakBytes(int typePurpose) {
    return peakBytes[typePurpose];
  }

  synchronized long denied(int typePurpose) {
    return denied[typePurpose];
  }

  synchronized long denied() {
    long sum = 0;
    for (long count : denied) {
      sum += count;
    }
    return sum;
  }

  /**
   * {@return usage, peak and denied requests, by purpose and type}
   *
   * @param name the name of the owners
   * @param sums their usage
   */
  List<OwnerUse> uses(String name, ShardUsage sums) {
    List<OwnerUse> uses = new ArrayList<>();
    for (Purpose purpose : Purpose.values()) {
      for (ModMemType type : ModMemType.values()) {
        int typePurpose = TypePurpose.index(type, purpose);
        if (peak(typePurpose) > 0 || denied(typePurpose) > 0) {
          uses.add(
              new OwnerUse(
                  name,
                  purpose,
                  type,
                  sums.live(typePurpose),
                  sums.liveBytes(typePurpose),
                  peak(typePurpose),
                  peakBytes(typePurpose),
                  denied(typePurpose)));
        }
      }
    }
    return uses;
  }
}
