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

  private record OfType(
      LongAdder allocated, LongAdder allocatedBytes, LongAdder freed, LongAdder freedBytes) {
    long live() {
      return allocated.sum() - freed.sum();
    }

    long usedBytes() {
      return allocatedBytes.sum() - freedBytes.sum();
    }
  }

  private final Map<ModMemType, OfType> types = new EnumMap<>(ModMemType.class);

  Counters() {
    for (ModMemType type : ModMemType.values()) {
      types.put(
          type, new OfType(new LongAdder(), new LongAdder(), new LongAdder(), new LongAdder()));
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
    OfType counters = of(type);
    counters.allocated.increment();
    counters.allocatedBytes.add(bytes);
  }

  void freed(ModMemType type, long bytes) {
    OfType counters = of(type);
    counters.freed.increment();
    counters.freedBytes.add(bytes);
  }

  long allocations() {
    return types.values().stream().mapToLong(c -> c.allocated.sum()).sum();
  }

  long frees() {
    return types.values().stream().mapToLong(c -> c.freed.sum()).sum();
  }

  long live() {
    return types.values().stream().mapToLong(OfType::live).sum();
  }

  long usedBytes() {
    return types.values().stream().mapToLong(OfType::usedBytes).sum();
  }

  Map<ModMemType, TypeStats> byType() {
    Map<ModMemType, TypeStats> used = new EnumMap<>(ModMemType.class);
    types.forEach(
        (type, counters) -> {
          if (counters.live() != 0) {
            used.put(type, new TypeStats(counters.live(), counters.usedBytes()));
          }
        });
    return used;
  }
}
