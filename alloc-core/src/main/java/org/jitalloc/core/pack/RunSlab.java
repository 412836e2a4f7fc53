package org.jitalloc.core.pack;

import java.util.List;
import org.jitalloc.Span;
import org.jspecify.annotations.Nullable;

/** A slab made for one span, a whole number of pages long. It goes when the span goes. */
final class RunSlab extends Slab {

  /** Null before somebody moves in. */
  private volatile @Nullable Tenant tenant;

  RunSlab(Shard shard, Span span) {
    super(shard, span);
  }

  void moveIn(Tenant newTenant) {
    newTenant.moveIn(this, span().start(), Math.toIntExact(span().bytes() / Pools.CHUNK_BYTES));
    tenant = newTenant;
  }

  @Override
  @Nullable Tenant find(long address) {
    Tenant inhabitant = tenant;
    return inhabitant != null && inhabitant.isFoundAt(address) ? inhabitant : null;
  }

  private @Nullable Tenant present() {
    Tenant inhabitant = tenant;
    return inhabitant != null && inhabitant.isPresent() ? inhabitant : null;
  }

  @Override
  void addTenants(List<Tenant> all) {
    Tenant present = present();
    if (present != null) {
      all.add(present);
    }
  }

  @Override
  SlabUse use() {
    long bytes = span().bytes();
    Tenant present = present();
    return present == null
        ? new SlabUse(span(), bytes, protection(), 0, 0, 0, bytes, 0, 0)
        : new SlabUse(
            span(), bytes, protection(), 1, present.bytes(), bytes - present.bytes(), 0, 0, 0);
  }
}
