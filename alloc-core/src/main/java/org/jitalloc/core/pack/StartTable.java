package org.jitalloc.core.pack;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * The owners of the spans of a slab, by the first chunk of the span. Changes are made under the
 * lock of the shard; any thread may read, and sees owners that were published before.
 */
final class StartTable {
  /*
   * At first the table has an element for each group of 64 chunks, as the words of the bitmap of
   * starts. If one span begins in a group, the element is its owner. If several do, it is a leaf
   * with an element for each chunk, which is dropped when no span begins in the group any more.
   * Spans as long as those of modules need hardly any leaves, so changes touch the 2 KiB of groups
   * only.
   *
   * When half of the groups have leaves, the table gets an element for each chunk instead, for
   * good: 128 KiB, as much as leaves everywhere would take. To enter a short span then reads the
   * same cached line for all spans, and only writes the element.
   */
  private static final int GROUP = 64;
  private static final int SHIFT = Integer.numberOfTrailingZeros(GROUP);

  private static final VarHandle PLACE = MethodHandles.arrayElementVarHandle(Object[].class);
  private static final VarHandle IN_LEAF = MethodHandles.arrayElementVarHandle(SpanOwner[].class);

  private final int chunks;
  private final int mostLeaves;

  /** By group: null, an owner or a leaf. Or by chunk: null or an owner. */
  private volatile @Nullable Object[] table;

  private int leaves;

  StartTable(int chunks) {
    this.chunks = chunks;
    table = new @Nullable Object[(chunks + GROUP - 1) / GROUP];
    mostLeaves = table.length / 2;
  }

  /**
   * {@return the owner of the span that begins with a chunk; if none does, null or any owner of the
   * same group}
   */
  @Nullable SpanOwner get(int chunk) {
    @Nullable Object[] now = table;
    if (now.length == chunks) {
      return (SpanOwner) PLACE.getAcquire(now, chunk);
    }
    Object there = PLACE.getAcquire(now, chunk >> SHIFT);
    return there instanceof @Nullable SpanOwner[] leaf
        ? (SpanOwner) IN_LEAF.getAcquire(leaf, chunk & GROUP - 1)
        : (SpanOwner) there;
  }

  /** Allocates room for an owner at an address, so that {@link #set} allocates nothing. */
  void reserve(int chunk, long address) {
    @Nullable Object[] now = table;
    if (now.length == chunks) {
      return;
    }
    Object there = now[chunk >> SHIFT];
    if (there instanceof SpanOwner other && other.address() != address) {
      @Nullable SpanOwner[] leaf = new SpanOwner[GROUP];
      long first = address - (chunk & GROUP - 1) * Pools.CHUNK_BYTES;
      leaf[(int) ((other.address() - first) / Pools.CHUNK_BYTES)] = other;
      PLACE.setRelease(now, chunk >> SHIFT, leaf);
      if (++leaves == mostLeaves) {
        table = byChunk(now, chunk, address);
      }
    }
  }

  /** Enters an owner that has its address, in place of a former one at that chunk. */
  void set(int chunk, SpanOwner owner) {
    reserve(chunk, owner.address());
    @Nullable Object[] now = table;
    if (now.length == chunks) {
      PLACE.setRelease(now, chunk, owner);
    } else {
      setInGroup(now, chunk, owner);
    }
  }

  private void setInGroup(@Nullable Object[] groups, int chunk, SpanOwner owner) {
    int group = chunk >> SHIFT;
    Object there = groups[group];
    if (there instanceof @Nullable SpanOwner[] leaf) {
      IN_LEAF.setRelease(leaf, chunk & GROUP - 1, owner);
    } else {
      PLACE.setRelease(groups, group, owner);
    }
  }

  private @Nullable Object[] byChunk(@Nullable Object[] groups, int chunk, long address) {
    @Nullable Object[] all = new @Nullable Object[chunks];
    for (int group = 0; group < groups.length; group++) {
      if (groups[group] instanceof @Nullable SpanOwner[] leaf) {
        System.arraycopy(leaf, 0, all, group << SHIFT, GROUP);
      } else if (groups[group] instanceof SpanOwner alone) {
        all[(int) (chunk + (alone.address() - address) / Pools.CHUNK_BYTES)] = alone;
      }
    }
    return all;
  }

  /**
   * Removes the owner at a chunk.
   *
   * @param last whether no span begins in its group any more; otherwise a sole owner of the group
   *     is another one
   */
  void clear(int chunk, boolean last) {
    @Nullable Object[] now = table;
    int group = chunk >> SHIFT;
    if (now.length == chunks) {
      PLACE.setRelease(now, chunk, null);
    } else if (now[group] instanceof @Nullable SpanOwner[] leaf) {
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
