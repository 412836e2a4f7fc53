package org.jitalloc.core.policy;

/**
 * How much may be held. 0 is no limit.
 *
 * @param maxBytes the most bytes
 * @param maxAllocations the most allocations
 * @param together whether the limits are for all bundles that are selected together, rather than
 *     for each of them
 */
public record Limits(long maxBytes, long maxAllocations, boolean together) {

  /** No limits. */
  public static final Limits NONE = new Limits(0, 0, false);

  /** Makes limits; negative ones are refused. */
  public Limits {
    requireNotNegative("maxBytes", maxBytes);
    requireNotNegative("maxAllocations", maxAllocations);
  }

  private static void requireNotNegative(String key, long limit) {
    if (limit < 0) {
      throw new IllegalArgumentException("%s=%d is negative; 0 is no limit".formatted(key, limit));
    }
  }

  /** {@return whether anything is limited} */
  public boolean limit() {
    return maxBytes > 0 || maxAllocations > 0;
  }
}
