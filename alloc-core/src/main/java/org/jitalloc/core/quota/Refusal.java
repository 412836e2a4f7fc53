package org.jitalloc.core.quota;

import java.util.function.Supplier;

/**
 * A rule refuses an allocation. The refusal is certain, or other shards may hold credit. It leaves
 * the lock of a shard and is caught inside the core.
 */
public final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean certain;
  private final transient Supplier<String> why;

  /** Makes it; the text is only computed once no lock is held. */
  Refusal(boolean certain, Supplier<String> why) {
    super(null, null, false, false);
    this.certain = certain;
    this.why = why;
  }

  boolean isCertain() {
    return certain;
  }

  /** {@return the rule, and its limit} */
  String why() {
    return why.get();
  }
}
