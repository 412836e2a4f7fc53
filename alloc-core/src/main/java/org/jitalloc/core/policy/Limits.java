package org.jitalloc.core.policy;

/**
 * How much may be held. What is 0 or less is no limit.
 *
 * @param maxBytes the most bytes
 * @param maxAllocations the most allocations
 * @param together whether the limits are for all bundles that are selected together, rather than
 *     for each of them
 */
public record Limits(long maxBytes, long maxAllocations, boolean together) {

  /** No limits. */
  public static final Limits NONE = new Limits(0, 0, false);

  /** {@return whether anything is limited} */
  public boolean limit() {
    return maxBytes > 0 || maxAllocations > 0;
  }
}
