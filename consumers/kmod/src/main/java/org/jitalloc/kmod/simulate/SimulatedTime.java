package org.jitalloc.kmod.simulate;

import java.util.Comparator;
import java.util.PriorityQueue;

/** The clock and event queue of a discrete-event simulation. For one thread. */
final class SimulatedTime {
  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingLong(Event::nanos).thenComparing(Event::number));
  private long nowNanos;
  private long numbers;

  private record Event(long nanos, long number, Runnable body) {}

  long nowNanos() {
    return nowNanos;
  }

  void after(long delayNanos, Runnable body) {
    events.add(new Event(nowNanos + delayNanos, numbers++, body));
  }

  /** Runs until there is no event. */
  void run() {
    for (Event next = events.poll(); next != null; next = events.poll()) {
      nowNanos = next.nanos();
      next.body().run();
    }
  }
}
