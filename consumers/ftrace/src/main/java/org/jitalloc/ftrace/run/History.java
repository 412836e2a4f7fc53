package org.jitalloc.ftrace.run;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jitalloc.ftrace.CurrentTracer;
import org.jitalloc.ftrace.ThreadCounts;
import org.jitalloc.ftrace.Trace;
import org.jitalloc.ftrace.TraceEvent;
import org.jitalloc.ftrace.ring.RawEvent;
import org.jitalloc.ftrace.ring.TraceMemory;
import org.jitalloc.ftrace.site.SiteGroup;
import org.jitalloc.ftrace.site.SiteTable;

/** The events that were read, with names. Not thread-safe. */
final class History {

  private final SiteTable table;
  private final int most;
  private final List<TraceEvent> events = new ArrayList<>();
  private long forgotten;

  History(SiteTable table, int most) {
    this.table = table;
    this.most = most;
  }

  /** Reads what was written since. */
  List<ThreadCounts> read(TraceMemory memory) {
    List<ThreadCounts> counts = memory.read(event -> keep(named(event, memory)));
    events.sort(Comparator.comparingLong(TraceEvent::nanos));
    int tooMany = events.size() - most;
    if (tooMany > 0) {
      events.subList(0, tooMany).clear();
      forgotten += tooMany;
    }
    return counts;
  }

  private void keep(TraceEvent event) {
    FunctionTraced.record(event);
    events.add(event);
  }

  private TraceEvent named(RawEvent event, TraceMemory memory) {
    long nanos = memory.nanos(event.time());
    TraceEvent.Link link =
        event.isReturn()
            ? new TraceEvent.Took(nanos - memory.nanos(event.link()))
            : new TraceEvent.CalledFrom(event.link(), name(event.link()));
    return new TraceEvent(nanos, event.thread(), name(event.ip()), event.ip(), link, event.depth());
  }

  private String name(long address) {
    return siteAt(table, address)
        .map(site -> site.group.name(site.index))
        .orElseGet(() -> "0x%x".formatted(address));
  }

  /** A site before an address, in the same text. */
  record Site(SiteGroup group, int index) {}

  /** Finds the function that an address is in, which may be the one behind its last instruction. */
  static Optional<Site> siteAt(SiteTable table, long address) {
    SiteGroup group = table.find(address - 1);
    int index = group == null ? -1 : group.atOrBefore(address);
    return group == null || index < 0 ? Optional.empty() : Optional.of(new Site(group, index));
  }

  Trace trace(CurrentTracer tracer, List<ThreadCounts> counts, long unplaced) {
    return new Trace(tracer, events, forgotten, counts, unplaced);
  }

  void clear() {
    events.clear();
    forgotten = 0;
  }
}
