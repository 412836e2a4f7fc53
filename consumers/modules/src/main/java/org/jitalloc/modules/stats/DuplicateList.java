package org.jitalloc.modules.stats;

import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * Modules that were loaded twice. Counting a known one takes no lock; an entry once made is never
 * removed.
 */
final class DuplicateList {
  private final ConcurrentMap<String, Entry> entries = new ConcurrentHashMap<>();
  private final AtomicLong made = new AtomicLong();

  private static final class Entry {
    private final String name;
    private final long number;
    private final LongAdder becoming = new LongAdder();
    private final LongAdder load = new LongAdder();

    Entry(String name, long number) {
      this.name = name;
      this.number = number;
    }

    DuplicateFailure failure() {
      long early = becoming.sum();
      long late = load.sum();
      EnumSet<DuplicateStage> stages = EnumSet.noneOf(DuplicateStage.class);
      if (early > 0) {
        stages.add(DuplicateStage.BECOMING);
      }
      if (late > 0) {
        stages.add(DuplicateStage.LOAD);
      }
      return new DuplicateFailure(name, early + late, stages);
    }

    boolean isCounted() {
      return becoming.sum() > 0 || load.sum() > 0;
    }
  }

  void count(String name, DuplicateStage stage) {
    Entry entry = entries.get(name);
    if (entry == null) {
      entry = entries.computeIfAbsent(name, key -> new Entry(key, made.getAndIncrement()));
    }
    switch (stage) {
      case BECOMING -> entry.becoming.increment();
      case LOAD -> entry.load.increment();
    }
  }

  List<DuplicateFailure> newestFirst() {
    return entries.values().stream()
        .filter(Entry::isCounted)
        .sorted(Comparator.comparingLong((Entry entry) -> entry.number).reversed())
        .map(Entry::failure)
        .toList();
  }
}
