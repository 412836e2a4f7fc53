package org.jitalloc.core.memory;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.jitalloc.AllocatorStats.TypeStats;
import org.jitalloc.ModMemType;

/**
 * Counts allocations by type. No locks; a sum is of one moment only when nothing happens meanwhile.
 */
final class Counters {

  private record OfType(LongAdder live, LongAdder usedBytes) {}

  private final Map<ModMemType, OfType> types = new EnumMap<>(ModMemType.class);
  private final LongAdder allocated = new LongAdder();
  private final LongAdder freed = new LongAdder();

  Counters() {
    for (ModMemType type : ModMemType.values()) {
      types.put(type, new OfType(new LongAdder(), new LongAdder()));
    }
  }

  private OfType of(ModMemType type) {
    OfType counters = types.get(type);
    if (counters == null) {
      throw new IllegalStateException("a type without counters: " + type);
    }
    return counters;
  }

  void allocated(ModMemType type, long bytes) {
    allocated.increment();
    of(type).live().increment();
    of(type).usedBytes().add(bytes);
  }

  void freed(ModMemType type, long bytes) {
    freed.increment();
    of(type).live().decrement();
    of(type).usedBytes().add(-bytes);
  }

  long allocations() {
    return allocated.sum();
  }

  long frees() {
    return freed.sum();
  }

  long live() {
    return types.values().stream().mapToLong(c -> c.live().sum()).sum();
  }

  long usedBytes() {
    return types.values().stream().mapToLong(c -> c.usedBytes().sum()).sum();
  }

  Map<ModMemType, TypeStats> byType() {
    Map<ModMemType, TypeStats> used = new EnumMap<>(ModMemType.class);
    types.forEach(
        (type, counters) -> {
          if (counters.live().sum() != 0) {
            used.put(type, new TypeStats(counters.live().sum(), counters.usedBytes().sum()));
          }
        });
    return used;
  }
}
