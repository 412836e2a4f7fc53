package org.jitalloc.ftrace.run;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;
import org.jitalloc.ftrace.TraceEvent;

/** What was traced, for the flight recorder: written when it is read, long after it happened. */
@Name("org.jitalloc.FunctionTraced")
@Label("Function Traced")
@Category({"jitalloc", "ftrace"})
@Description("A call of a traced function, or its return")
@StackTrace(false)
final class FunctionTraced extends Event {

  @Label("Function")
  String function = "";

  @Label("Parent")
  @Description("Where it was called from; nothing if this is a return")
  String parent = "";

  @Label("Thread")
  @Description("The number that Linux has for the thread")
  int thread;

  @Label("Nanoseconds")
  @Description("When, of System.nanoTime")
  long nanos;

  @Label("Took")
  @Description("How long the call took; 0 if this is a call")
  @Timespan(Timespan.NANOSECONDS)
  long took;

  @Label("Depth")
  int depth;

  /** Records it if it is traced. */
  static void record(TraceEvent event) {
    var traced = new FunctionTraced();
    if (!traced.isEnabled()) {
      return;
    }
    traced.function = event.function();
    traced.thread = event.thread();
    traced.nanos = event.nanos();
    traced.depth = event.depth();
    switch (event.link()) {
      case TraceEvent.CalledFrom from -> traced.parent = from.name();
      case TraceEvent.Took time -> traced.took = time.nanos();
    }
    traced.commit();
  }
}
