package org.jitalloc.core.pack;

import java.util.EnumMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jitalloc.arch.AddressRange;
import org.jitalloc.arch.PageProtection;

/**
 * Addresses whose pages the source could not unmap, by whole granules. They are free, but only for
 * slabs of the same protection. First fit from the low end. Thread-safe.
 */
final class KeptRanges {

  /** For each protection runs of addresses, start to length; none touches another. */
  private final Map<PageProtection, TreeMap<Long, Long>> runs = new EnumMap<>(PageProtection.class);

  private TreeMap<Long, Long> of(PageProtection protection) {
    return runs.computeIfAbsent(protection, _ -> new TreeMap<>(Long::compareUnsigned));
  }

  /** Adds the granules that hold a run of addresses. */
  synchronized void add(long start, long bytes, PageProtection protection) {
    TreeMap<Long, Long> others = of(protection);
    long first = start & -Pools.SLAB_BYTES;
    long end = start + bytes + Pools.SLAB_BYTES - 1 & -Pools.SLAB_BYTES;
    Long behind = others.remove(end);
    if (behind != null) {
      end += behind;
    }
    var before = others.lowerEntry(first);
    if (before != null && before.getKey() + before.getValue() == first) {
      first = before.getKey();
    }
    others.put(first, end - first);
  }

  /**
   * Takes the granules that hold a run of addresses.
   *
   * @param range where the run has to be
   * @param bytes its length
   * @param alignBytes the alignment of its start
   * @return its start; empty if there is none
   */
  synchronized OptionalLong take(
      AddressRange range, long bytes, long alignBytes, PageProtection protection) {
    for (var run : of(protection).entrySet()) {
      long end = run.getKey() + run.getValue();
      long from = Ranges.max(run.getKey(), range.start());
      if (Ranges.fits(from, Ranges.min(end, range.end()), bytes, alignBytes)) {
        long start = Ranges.alignUp(from, alignBytes);
        of(protection).remove(run.getKey());
        addRest(run.getKey(), start & -Pools.SLAB_BYTES, protection);
        addRest(start + bytes + Pools.SLAB_BYTES - 1 & -Pools.SLAB_BYTES, end, protection);
        return OptionalLong.of(start);
      }
    }
    return OptionalLong.empty();
  }

  private void addRest(long from, long end, PageProtection protection) {
    if (from != end) {
      add(from, end - from, protection);
    }
  }
}
