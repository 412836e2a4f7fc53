package org.jitalloc.bench.trace;

import static java.util.Objects.requireNonNull;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The steps of one thread in a trace. Allocations are assigned to threads by {@code id % threads},
 * and a free to the thread of its allocation: so each thread frees only its own allocations, in the
 * order of the trace. Handles are in numbered slots, which are reused after a free, so that storing
 * them costs no more than in a real program. The peer uses the same rules.
 *
 * @param slots the slot of the handle of each step
 * @param bytes the size that each step allocates; 0 for a free
 * @param start the number of steps before the first free of the trace
 * @param held the number of slots
 */
public record ThreadSteps(int[] slots, int[] bytes, int start, int held) {

  /**
   * Assigns a trace to threads.
   *
   * @param trace the trace
   * @param threads the number of threads
   * @return the steps of each thread
   */
  public static ThreadSteps[] deal(AllocationTrace trace, int threads) {
    var steps = new int[threads];
    for (int i = 0; i < trace.length(); i++) {
      steps[trace.id(i) % threads]++;
    }
    return IntStream.range(0, threads)
        .mapToObj(thread -> of(trace, thread, threads, steps[thread]))
        .toArray(ThreadSteps[]::new);
  }

  private static ThreadSteps of(AllocationTrace trace, int thread, int threads, int steps) {
    var slots = new int[steps];
    var bytes = new int[steps];
    Map<Integer, Integer> slotOf = new HashMap<>();
    Deque<Integer> free = new ArrayDeque<>();
    int start = 0;
    int held = 0;
    for (int i = 0, step = 0; i < trace.length(); i++) {
      int id = trace.id(i);
      if (id % threads != thread) {
        continue;
      }
      int slot;
      if (trace.isAllocation(i)) {
        slot = free.isEmpty() ? held++ : free.pop();
        slotOf.put(id, slot);
      } else {
        slot = requireNonNull(slotOf.remove(id));
        free.push(slot);
      }
      slots[step] = slot;
      bytes[step++] = trace.bytes(i);
      if (i < trace.start()) {
        start = step;
      }
    }
    return new ThreadSteps(slots, bytes, start, held);
  }
}
