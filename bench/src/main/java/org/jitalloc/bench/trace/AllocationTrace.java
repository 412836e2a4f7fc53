package org.jitalloc.bench.trace;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * Allocations and frees in the order of time. A trace begins with the allocations before the first
 * free; the rest is the steady state, mostly pairs of a free and an allocation.
 *
 * <p>As text, a line is {@code A id bytes} or {@code F id}.
 */
public final class AllocationTrace {
  private final int[] ids;

  /** The size of an allocation; 0 for a free. */
  private final int[] bytes;

  private final int start;

  AllocationTrace(int[] ids, int[] bytes) {
    this.ids = ids;
    this.bytes = bytes;
    int first = 0;
    while (first < bytes.length && bytes[first] != 0) {
      first++;
    }
    start = first;
  }

  /**
   * Generates a trace. The same arguments give the same trace.
   *
   * @param kind the distribution of sizes
   * @param seed the seed of the random choices
   * @param live the number of live allocations at the start and in the steady state
   * @param operations the number of pairs of a random free and an allocation
   * @return the trace
   */
  public static AllocationTrace generate(TraceKind kind, long seed, int live, int operations) {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    int lines = Math.addExact(live, Math.multiplyExact(2, operations));
    var ids = new int[lines];
    var bytes = new int[lines];
    var alive = new int[live];
    for (int i = 0; i < live; i++) {
      alive[i] = i;
      ids[i] = i;
      bytes[i] = kind.sizes().draw(random);
    }
    for (int i = live, id = live; i < lines; i += 2, id++) {
      int chosen = random.nextInt(live);
      ids[i] = alive[chosen];
      ids[i + 1] = id;
      bytes[i + 1] = kind.sizes().draw(random);
      alive[chosen] = id;
    }
    return new AllocationTrace(ids, bytes);
  }

  /** {@return the number of lines} */
  public int length() {
    return ids.length;
  }

  /** {@return the number of allocations before the first free} */
  public int start() {
    return start;
  }

  /** {@return the number of pairs of a free and an allocation in the steady state} */
  public int operations() {
    return (length() - start) / 2;
  }

  /**
   * Tests whether a line allocates.
   *
   * @param line its index
   * @return false for a free
   */
  public boolean isAllocation(int line) {
    return bytes[line] != 0;
  }

  /**
   * Returns the allocation of a line.
   *
   * @param line its index
   * @return the id of the allocation
   */
  public int id(int line) {
    return ids[line];
  }

  /**
   * Returns the size of an allocation.
   *
   * @param line its index
   * @return bytes; 0 for a free
   */
  public int bytes(int line) {
    return bytes[line];
  }

  /** {@return the sizes of all allocations, ascending} */
  public int[] sortedSizes() {
    int[] sizes = Arrays.stream(bytes).filter(size -> size != 0).toArray();
    Arrays.sort(sizes);
    return sizes;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof AllocationTrace trace
        && Arrays.equals(ids, trace.ids)
        && Arrays.equals(bytes, trace.bytes);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(ids) + Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return "Trace[start=%d operations=%d]".formatted(start, operations());
  }
}
