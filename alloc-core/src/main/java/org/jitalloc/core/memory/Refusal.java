package org.jitalloc.core.memory;

import java.util.function.Supplier;

/**
 * Says inside of the core that a rule stands against an allocation, and whether that is certain or
 * credit may be lying about elsewhere. It crosses the lock of a shard, and no one outside sees it.
 */
final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean certain;
  private final transient Supplier<String> why;

  /** Makes it; what is to be said is only worked out when no lock is held. */
  Refusal(boolean certain, Supplier<String> why) {
    super(null, null, false, false);
    this.certain = certain;
    this.why = why;
  }

  boolean isCertain() {
    return certain;
  }

  /** The rule, and what it says. */
  String why() {
    return why.get();
  }
}
