package org.jitalloc.core.pack;

import java.util.List;
import org.jitalloc.Span;
import org.jitalloc.arch.PageProtection;
import org.jspecify.annotations.Nullable;

/** A run of pages of one protection, for many spans or for one long span. */
abstract sealed class Slab permits SharedSlab, RunSlab {
  final SlabKeeper keeper;
  private final long start;
  private final long bytes;

  Slab(SlabKeeper keeper, Span span) {
    this.keeper = keeper;
    start = span.start();
    bytes = span.bytes();
  }

  final Span span() {
    return new Span(start, bytes);
  }

  final boolean holds(long address) {
    return Long.compareUnsigned(address - start, bytes) < 0;
  }

  final PageProtection protection() {
    return keeper.protection();
  }

  /** {@return the owner of an address in this slab; lock-free, constant time} */
  abstract @Nullable SpanOwner find(long address);

  /** Adds the owners of its spans. The lock of the shard is held, also for {@link #use}. */
  abstract void addOwners(List<SpanOwner> owners);

  /** {@return its spans and its free memory} */
  abstract SlabUse use();
}
