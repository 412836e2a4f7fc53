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
 * The last hits of events: a ring. A writer does not wait: it takes a number, and overwrites the
 * entry of an older number. For any thread.
 */
final class EventLog {
  private static final int KEPT = 8192;

  /**
   * A hit.
   *
   * @param number the number of hits before it
   * @param nanos its time, of {@link System#nanoTime}
   * @param thread the name and number of its thread, as the kernel writes them
   * @param what the event, its address and its arguments
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

  /** {@return the hits that are written. One that is being written is missing} */
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

  /** Returns hits, and discards exactly those: up to the first one that is being written. */
  synchronized ProbeEvents.Trace drain() {
    long begin = first;
    long end = next.get();
    long oldest = Math.max(begin, end - KEPT);
    var lines = new ArrayList<String>();
    long overwritten = oldest - begin;
    long number = oldest;
    for (; number < end; number++) {
      Hit hit = hits.get((int) (number % KEPT));
      if (hit == null || hit.number < number) {
        break;
      }
      if (hit.number == number) {
        lines.add(hit.line());
      } else {
        overwritten++;
      }
    }
    first = number;
    return new ProbeEvents.Trace(lines, overwritten);
  }

  synchronized void clear() {
    first = next.get();
  }
}
