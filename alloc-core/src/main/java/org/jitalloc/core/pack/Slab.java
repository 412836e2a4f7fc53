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
  private final Span span;

  Slab(Shard shard, Span span) {
    this.shard = shard;
    this.span = span;
  }

  final Span span() {
    return span;
  }

  final PageProtection protection() {
    return shard.pool.protection();
  }

  /** {@return who holds an address in this slab; lock-free, constant time} */
  abstract @Nullable Tenant find(long address);

  /**
   * Makes its tenant unknown; his span stays taken. Under the shard's lock, as all that follows.
   */
  abstract void moveOut(Tenant tenant);

  /** Adds those who have a span here. */
  abstract void addTenants(List<Tenant> tenants);

  /** What is in it now. */
  abstract SlabUse use();
}
