package org.jitalloc.ftrace;

import java.util.List;

/**
 * What was recorded.
 *
 * @param tracer what was recording when this was read
 * @param events the events that are kept, by time
 * @param forgotten how many older events were not kept, as there are too many
 * @param threads what became of the calls
 * @param unplaced calls of threads for which there was no place
 */
public record Trace(
    CurrentTracer tracer,
    List<TraceEvent> events,
    long forgotten,
    List<ThreadCounts> threads,
    long unplaced) {

  /** Makes it; the lists are copied. */
  public Trace {
    events = List.copyOf(events);
    threads = List.copyOf(threads);
  }

  /** {@return events written ever} */
  public long written() {
    return threads.stream().mapToLong(ThreadCounts::written).sum();
  }

  /** {@return events that were not written for want of room, ever} */
  public long dropped() {
    return threads.stream().mapToLong(ThreadCounts::dropped).sum() + unplaced;
  }
}
