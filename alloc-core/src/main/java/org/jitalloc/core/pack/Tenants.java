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
   * By groups of 64 chunks, as the words of the slab's starts are. A tenant who alone begins in a group stands there himself; several
   * are in a leaf with a place for each chunk, which goes when nobody begins in the group any more. Spans as long as those of modules
   * need hardly any leaves, so all that coming and going touches is the 2 KiB of groups.
   */
  private static final int GROUP = 64;
  private static final int SHIFT = Integer.numberOfTrailingZeros(GROUP);

  private static final VarHandle IN_GROUP = MethodHandles.arrayElementVarHandle(Object[].class);
  private static final VarHandle IN_LEAF = MethodHandles.arrayElementVarHandle(Tenant[].class);

  /** Null, a tenant, or a leaf. */
  private final @Nullable Object[] groups;

  Tenants(int chunks) {
    groups = new @Nullable Object[(chunks + GROUP - 1) / GROUP];
  }

  /** {@return the tenant who begins with a chunk; if none does, null or one of the same group} */
  @Nullable Tenant get(int chunk) {
    Object there = IN_GROUP.getAcquire(groups, chunk >> SHIFT);
    return there instanceof @Nullable Tenant[] leaf
        ? (Tenant) IN_LEAF.getAcquire(leaf, chunk & GROUP - 1)
        : (Tenant) there;
  }

  /** Enters a tenant who has his address, in place of who began with that chunk before him. */
  void set(int chunk, Tenant tenant) {
    int group = chunk >> SHIFT;
    Object there = groups[group];
    if (there instanceof @Nullable Tenant[] leaf) {
      IN_LEAF.setRelease(leaf, chunk & GROUP - 1, tenant);
    } else if (there instanceof Tenant other && other.address() != tenant.address()) {
      long apart = (other.address() - tenant.address()) / Pools.CHUNK_BYTES;
      @Nullable Tenant[] leaf = new Tenant[GROUP];
      leaf[chunk & GROUP - 1] = tenant;
      leaf[(int) (chunk + apart) & GROUP - 1] = other;
      IN_GROUP.setRelease(groups, group, leaf);
    } else {
      IN_GROUP.setRelease(groups, group, tenant);
    }
  }

  /**
   * Forgets who began with a chunk.
   *
   * @param last whether nobody begins in its group any more; else who stands there alone is another
   */
  void clear(int chunk, boolean last) {
    int group = chunk >> SHIFT;
    if (last) {
      IN_GROUP.setRelease(groups, group, null);
    } else if (groups[group] instanceof @Nullable Tenant[] leaf) {
      IN_LEAF.setRelease(leaf, chunk & GROUP - 1, null);
    }
  }
}
