package org.jitalloc.core.policy;

/**
 * Upper bounds of what an owner holds at the same time. 0 means no limit.
 *
 * @param maxBytes the maximum number of bytes
 * @param maxAllocations the maximum number of allocations
 * @param together true if the limits apply to the sum over all selected bundles, false if they
 *     apply to each bundle on its own
 */
public record Limits(long maxBytes, long maxAllocations, boolean together) {

  /** No limits. */
  public static final Limits NONE = new Limits(0, 0, false);

  /**
   * Creates limits.
   *
   * @throws IllegalArgumentException if a limit is negative
   */
  public Limits {
    requireNotNegative("maxBytes", maxBytes);
    requireNotNegative("maxAllocations", maxAllocations);
  }

  private static void requireNotNegative(String key, long limit) {
    if (limit < 0) {
      throw new IllegalArgumentException(
          "%s=%d is negative; 0 means no limit".formatted(key, limit));
    }
  }

  /** {@return whether there is a limit} */
  public boolean limit() {
    return maxBytes > 0 || maxAllocations > 0;
  }
}
