package org.jitalloc.kprobes.event;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jitalloc.kprobes.ProbeEvents;
import org.jspecify.annotations.Nullable;

/**
 * The last hits of events. Threads that write wait for nobody: each takes a number and writes over
 * what had that place before. For any thread.
 */
final class EventLog {
  private static final int KEPT = 8192;

  /**
   * A hit.
   *
   * @param number how many were before it
   * @param nanos when
   * @param thread who, as the kernel writes it
   * @param what the event, its place and its arguments
   */
  private record Hit(long number, long nanos, String thread, String what) {
    String line() {
      return String.format(
          Locale.ROOT,
          "%24s %d.%06d: %s",
          thread,
          nanos / 1_000_000_000,
          nanos / 1000 % 1_000_000,
          what);
    }
  }

  private final AtomicReferenceArray<@Nullable Hit> hits = new AtomicReferenceArray<>(KEPT);
  private final AtomicLong next = new AtomicLong();
  private volatile long first;

  void write(String what) {
    Thread thread = Thread.currentThread();
    long number = next.getAndIncrement();
    var hit = new Hit(number, System.nanoTime(), thread.getName() + "-" + thread.threadId(), what);
    hits.set((int) (number % KEPT), hit);
  }

  /** What is being written is not in it yet. */
  ProbeEvents.Trace trace() {
    var kept = new ArrayList<Hit>();
    long begin = first;
    for (int i = 0; i < KEPT; i++) {
      Hit hit = hits.get(i);
      if (hit != null && hit.number >= begin) {
        kept.add(hit);
      }
    }
    kept.sort(Comparator.comparingLong(Hit::number));
    List<String> lines = kept.stream().map(Hit::line).toList();
    return new ProbeEvents.Trace(lines, Math.max(0, next.get() - begin - KEPT));
  }

  void clear() {
    first = next.get();
  }
}
