package org.jitalloc.core.pack;

import java.util.List;
import org.jitalloc.Span;
import org.jitalloc.arch.PageProtection;
import org.jspecify.annotations.Nullable;

/**
 * A run of pages of one protection, shared by many spans or made for one that is longer than a
 * shared slab.
 */
abstract sealed class Slab permits SharedSlab, RunSlab {
  final Shard shard;
  private final long start;
  private final long bytes;

  Slab(Shard shard, Span span) {
    this.shard = shard;
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
    return shard.pool.protection();
  }

  /** {@return who holds an address in this slab; lock-free, constant time} */
  abstract @Nullable Tenant find(long address);

  /** Adds those who have a span here. Under the shard's lock, as all that follows. */
  abstract void addTenants(List<Tenant> tenants);

  /** What is in it now. */
  abstract SlabUse use();
}
