package org.jitalloc.bench.trace;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * Allocations and frees in the order of their time. A trace has a start, the allocations before the
 * first free, and from there on a steady state that is mostly pairs of a free and an allocation.
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
   * Makes a trace. The same arguments give the same trace.
   *
   * @param kind how sizes are spread
   * @param seed where luck starts
   * @param live how many allocations there are to begin with, and stay
   * @param operations how many pairs of a free of any of them and an allocation follow
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

  /** {@return how many lines it has} */
  public int length() {
    return ids.length;
  }

  /** {@return how many allocations stand before the first free} */
  public int start() {
    return start;
  }

  /** {@return how many pairs of a free and an allocation the steady state is worth} */
  public int operations() {
    return (length() - start) / 2;
  }

  /**
   * Whether a line allocates.
   *
   * @param line its index
   * @return false for a free
   */
  public boolean isAllocation(int line) {
    return bytes[line] != 0;
  }

  /**
   * What a line is about.
   *
   * @param line its index
   * @return the name of the allocation
   */
  public int id(int line) {
    return ids[line];
  }

  /**
   * How much a line allocates.
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
