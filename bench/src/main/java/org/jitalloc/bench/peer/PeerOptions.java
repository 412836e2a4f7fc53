package org.jitalloc.bench.peer;

/**
 * How the peer is set up: bits of its {@code JitAllocatorOptions}.
 *
 * @param bits the options
 * @param name what they are, for people
 */
public record PeerOptions(int bits, String name) {
  private static final int DUAL_MAPPING = 1;
  private static final int MULTIPLE_POOLS = 2;
  private static final int FILL_UNUSED = 4;

  /** Its best: never writable where it is executable, and pools of three granularities. */
  public static final PeerOptions BEST =
      new PeerOptions(DUAL_MAPPING | MULTIPLE_POOLS, "dual mapping, multiple pools");

  /** The same, and what is freed is filled with a pattern, as it always is on our side. */
  public static final PeerOptions FILLING =
      new PeerOptions(
          DUAL_MAPPING | MULTIPLE_POOLS | FILL_UNUSED,
          "dual mapping, multiple pools, fill unused memory");
}
