package org.jitalloc.bench.peer;

/**
 * The options of the peer: bits of its {@code JitAllocatorOptions}.
 *
 * @param bits the options
 * @param name their name, for people
 */
public record PeerOptions(int bits, String name) {
  private static final int DUAL_MAPPING = 1;
  private static final int MULTIPLE_POOLS = 2;
  private static final int FILL_UNUSED = 4;

  /** The best options: dual mapping, and pools of three granularities. */
  public static final PeerOptions BEST =
      new PeerOptions(DUAL_MAPPING | MULTIPLE_POOLS, "dual mapping, multiple pools");

  /** The same, and freed memory is filled with a pattern, as this allocator always does. */
  public static final PeerOptions FILLING =
      new PeerOptions(
          DUAL_MAPPING | MULTIPLE_POOLS | FILL_UNUSED,
          "dual mapping, multiple pools, fill unused memory");
}
