package org.jitalloc.bench.trace;

import static java.util.Objects.requireNonNull;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * What one thread does of a trace. Allocations are dealt to threads by {@code id % threads}, and a
 * free goes to the thread that allocated: so each thread frees only what it holds, in the order of
 * the trace. Handles are kept in numbered slots, used again once they are free, so that keeping
 * them costs no more than a real program would pay. The peer deals and keeps by the same rule.
 *
 * @param slots which handle each step is about
 * @param bytes how much each step allocates; 0 for a free
 * @param start how many steps come before the trace's first free
 * @param held how many slots are needed
 */
public record ThreadSteps(int[] slots, int[] bytes, int start, int held) {

  /**
   * Deals a trace.
   *
   * @param trace what is to be done
   * @param threads how many threads do it
   * @return a script for each thread
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
