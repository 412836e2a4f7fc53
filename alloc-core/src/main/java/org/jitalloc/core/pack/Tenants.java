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
   * At first by groups of 64 chunks, as the words of the slab's starts are. A tenant who alone
   * begins in a group stands there himself; several are in a leaf with a place for each chunk,
   * which goes when nobody begins in the group any more. Spans as long as those of modules need
   * hardly any leaves, so all that coming and going touches is the 2 KiB of groups.
   *
   * When half of the groups have leaves there is a place for each chunk of the slab instead, for
   * good: 128 KiB, as much as leaves everywhere would take. What is read to enter a short span is
   * then the same for all of them and in the cache, and the place itself is only written.
   */
  private static final int GROUP = 64;
  private static final int SHIFT = Integer.numberOfTrailingZeros(GROUP);

  private static final VarHandle PLACE = MethodHandles.arrayElementVarHandle(Object[].class);
  private static final VarHandle IN_LEAF = MethodHandles.arrayElementVarHandle(Tenant[].class);

  private final int chunks;
  private final int mostLeaves;

  /** By group: null, a tenant or a leaf. Or by chunk: null or a tenant. */
  private volatile @Nullable Object[] table;

  private int leaves;

  Tenants(int chunks) {
    this.chunks = chunks;
    table = new @Nullable Object[(chunks + GROUP - 1) / GROUP];
    mostLeaves = table.length / 2;
  }

  /** {@return the tenant who begins with a chunk; if none does, null or one of the same group} */
  @Nullable Tenant get(int chunk) {
    @Nullable Object[] now = table;
    if (now.length == chunks) {
      return (Tenant) PLACE.getAcquire(now, chunk);
    }
    Object there = PLACE.getAcquire(now, chunk >> SHIFT);
    return there instanceof @Nullable Tenant[] leaf
        ? (Tenant) IN_LEAF.getAcquire(leaf, chunk & GROUP - 1)
        : (Tenant) there;
  }

  /** Makes room for a tenant at an address, so that {@link #set} needs none. */
  void reserve(int chunk, long address) {
    @Nullable Object[] now = table;
    if (now.length == chunks) {
      return;
    }
    Object there = now[chunk >> SHIFT];
    if (there instanceof Tenant other && other.address() != address) {
      @Nullable Tenant[] leaf = new Tenant[GROUP];
      long first = address - (chunk & GROUP - 1) * Pools.CHUNK_BYTES;
      leaf[(int) ((other.address() - first) / Pools.CHUNK_BYTES)] = other;
      PLACE.setRelease(now, chunk >> SHIFT, leaf);
      if (++leaves == mostLeaves) {
        table = byChunk(now, chunk, address);
      }
    }
  }

  /** Enters a tenant who has his address, in place of who began with that chunk before him. */
  void set(int chunk, Tenant tenant) {
    reserve(chunk, tenant.address());
    @Nullable Object[] now = table;
    if (now.length == chunks) {
      PLACE.setRelease(now, chunk, tenant);
    } else {
      setInGroup(now, chunk, tenant);
    }
  }

  private void setInGroup(@Nullable Object[] groups, int chunk, Tenant tenant) {
    int group = chunk >> SHIFT;
    Object there = groups[group];
    if (there instanceof @Nullable Tenant[] leaf) {
      IN_LEAF.setRelease(leaf, chunk & GROUP - 1, tenant);
    } else {
      PLACE.setRelease(groups, group, tenant);
    }
  }

  private @Nullable Object[] byChunk(@Nullable Object[] groups, int chunk, long address) {
    @Nullable Object[] all = new @Nullable Object[chunks];
    for (int group = 0; group < groups.length; group++) {
      if (groups[group] instanceof @Nullable Tenant[] leaf) {
        System.arraycopy(leaf, 0, all, group << SHIFT, GROUP);
      } else if (groups[group] instanceof Tenant alone) {
        all[(int) (chunk + (alone.address() - address) / Pools.CHUNK_BYTES)] = alone;
      }
    }
    return all;
  }

  /**
   * Forgets who began with a chunk.
   *
   * @param last whether nobody begins in its group any more; else who stands there alone is another
   */
  void clear(int chunk, boolean last) {
    @Nullable Object[] now = table;
    int group = chunk >> SHIFT;
    if (now.length == chunks) {
      PLACE.setRelease(now, chunk, null);
    } else if (now[group] instanceof @Nullable Tenant[] leaf) {
      if (last) {
        PLACE.setRelease(now, group, null);
        leaves--;
      } else {
        IN_LEAF.setRelease(leaf, chunk & GROUP - 1, null);
      }
    } else if (last) {
      PLACE.setRelease(now, group, null);
    }
  }
}
