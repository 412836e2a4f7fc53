package org.jitalloc.core.pack;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * The tenants of a slab, by the chunks they begin with. Set under the lock of the shard; any thread
 * may look, and what it finds was published before.
 */
final class Tenants {
  /*
   * In leaves of 2 KiB of the slab, made when somebody begins there first and kept as long as the slab: where spans are long, as
   * those of modules are, hardly any chunk is the first one of a span, and a word for each would be a sixteenth of the slab. The
   * references to the leaves are 4 KiB, which are in the cache where many spans come and go.
   */
  private static final int LEAF_CHUNKS = 32;
  private static final int LEAF_SHIFT = Integer.numberOfTrailingZeros(LEAF_CHUNKS);

  private static final VarHandle LEAF = MethodHandles.arrayElementVarHandle(Tenant[][].class);
  private static final VarHandle TENANT = MethodHandles.arrayElementVarHandle(Tenant[].class);

  private final @Nullable Tenant[] @Nullable [] leaves;

  Tenants(int chunks) {
    leaves = new @Nullable Tenant[(chunks + LEAF_CHUNKS - 1) / LEAF_CHUNKS] @Nullable [];
  }

  @Nullable Tenant get(int chunk) {
    @Nullable Tenant[] leaf = (Tenant[]) LEAF.getAcquire(leaves, chunk >> LEAF_SHIFT);
    return leaf == null ? null : (Tenant) TENANT.getAcquire(leaf, chunk & LEAF_CHUNKS - 1);
  }

  void set(int chunk, @Nullable Tenant tenant) {
    @Nullable Tenant[] leaf = leaves[chunk >> LEAF_SHIFT];
    if (leaf == null) {
      leaf = new Tenant[LEAF_CHUNKS];
      LEAF.setRelease(leaves, chunk >> LEAF_SHIFT, leaf);
    }
    TENANT.setRelease(leaf, chunk & LEAF_CHUNKS - 1, tenant);
  }
}
