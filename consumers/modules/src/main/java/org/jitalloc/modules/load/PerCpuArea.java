package org.jitalloc.modules.load;

import java.util.Map;
import java.util.TreeMap;

/**
 * Addresses for per-CPU variables of modules: first fit above a base. The variables themselves are
 * somewhere else for each CPU. Not thread-safe.
 */
final class PerCpuArea {
  private final long base;

  /** Where runs start and end, by their start. */
  private final TreeMap<Long, Long> used = new TreeMap<>(Long::compareUnsigned);

  PerCpuArea(long base) {
    this.base = base;
  }

  long allocate(long bytes, long alignBytes) {
    long room = Math.max(1, bytes);
    long start = align(base, alignBytes);
    for (Map.Entry<Long, Long> run : used.entrySet()) {
      if (Long.compareUnsigned(start + room, run.getKey()) <= 0) {
        break;
      }
      start = align(run.getValue(), alignBytes);
    }
    used.put(start, start + room);
    return start;
  }

  void free(long start) {
    used.remove(start);
  }

  private static long align(long address, long alignBytes) {
    return address + alignBytes - 1 & -alignBytes;
  }
}
