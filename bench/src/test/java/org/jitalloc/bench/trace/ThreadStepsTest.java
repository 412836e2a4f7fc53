package org.jitalloc.bench.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.Map;
import org.jitalloc.test.support.RandomValues;
import org.jitalloc.test.support.Seeded;
import org.junit.jupiter.api.Test;

final class ThreadStepsTest {

  /** Each thread frees only its own allocations, and together they execute the trace. */
  @Seeded(tries = 50)
  void deal_everyThreadFreesWhatItAllocated(RandomValues values) {
    AllocationTrace trace =
        AllocationTrace.generate(TraceKind.JIT, values.anyLong(), values.intIn(1, 100), 500);
    ThreadSteps[] parts = ThreadSteps.deal(trace, values.intIn(1, 7));
    long left = 0;
    int steps = 0;
    int start = 0;
    for (ThreadSteps part : parts) {
      Map<Integer, Integer> held = new HashMap<>();
      for (int i = 0; i < part.slots().length; i++) {
        if (part.bytes()[i] > 0) {
          assertEquals(null, held.put(part.slots()[i], part.bytes()[i]));
          assertTrue(part.slots()[i] < part.held());
        } else {
          assertTrue(held.remove(part.slots()[i]) != null);
        }
      }
      left += held.values().stream().mapToLong(Integer::longValue).sum();
      steps += part.slots().length;
      start += part.start();
    }
    assertEquals(trace.length(), steps);
    assertEquals(trace.start(), start);
    assertEquals(liveBytes(trace), left);
  }

  private static long liveBytes(AllocationTrace trace) {
    Map<Integer, Integer> live = new HashMap<>();
    for (int i = 0; i < trace.length(); i++) {
      if (trace.isAllocation(i)) {
        live.put(trace.id(i), trace.bytes(i));
      } else {
        live.remove(trace.id(i));
      }
    }
    return live.values().stream().mapToLong(Integer::longValue).sum();
  }

  @Test
  void deal_oneThread_needsNoMoreSlotsThanAreLive() {
    ThreadSteps part = ThreadSteps.deal(AllocationTrace.generate(TraceKind.JIT, 1, 40, 1000), 1)[0];
    assertEquals(40, part.held());
    assertEquals(40, part.start());
  }

  @Test
  void deal_goesById() {
    ThreadSteps[] parts = ThreadSteps.deal(AllocationTrace.generate(TraceKind.JIT, 1, 41, 1), 2);
    assertEquals(21, parts[0].start());
    assertEquals(20, parts[1].start());
  }
}
