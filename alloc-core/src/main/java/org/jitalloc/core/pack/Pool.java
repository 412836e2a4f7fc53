package org.jitalloc.core.pack;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jitalloc.arch.AddressRange;
import org.jitalloc.arch.PageProtection;
import org.jitalloc.core.stack.StackReserve;

/** The slabs of one range and protection, in shards. */
final class Pool {
  /*
   * Policy: all threads begin in the first shard, so that few threads fill few slabs. A thread that
   * waits for its shard while another thread has placed there last counts a meeting; after MEETINGS
   * of them it moves to the next shard. When a shard has no room for a thread, the thread moves to
   * a shard with more room than the usual fragmentation (isRoomy) and stays there; otherwise the
   * shard takes a new slab. So contention costs one partly empty slab for each thread that really
   * runs beside another, and nothing else does. A thread that only frees spans of another shard
   * moves no thread. Before a range is exhausted every shard is searched.
   *
   * Spans longer than a slab get a slab of their own, in the first shard. Spans up to a whole slab
   * share: the rest of the slab has room for hundreds of others.
   *
   * `homes` is a table by thread, without synchronisation: a stale value, or that of another
   * thread, is correct too. So is `meetings`.
   */
  private static final int MEETINGS = 32;

  private static final int THREADS = 256;

  /** Spans are counted in chunks by an int. */
  private static final long MOST_BYTES = Integer.MAX_VALUE * Pools.CHUNK_BYTES;

  private final AddressRange range;
  private final Shard[] shards;
  private final byte[] homes = new byte[THREADS];
  private int meetings;

  /**
   * Makes a pool without slabs.
   *
   * @param firstShard the number of its first shard among all shards
   * @param count the number of its shards
   */
  Pool(
      SlabMemory memory, AddressRange range, PageProtection protection, int firstShard, int count) {
    AddressRange pages = Ranges.inner(range, Pools.PAGE_BYTES);
    if (pages == null) {
      throw new IllegalArgumentException("range holds no whole page: " + range);
    }
    this.range = pages;
    shards = new Shard[count];
    for (int i = 0; i < count; i++) {
      shards[i] = new Shard(memory, pages, protection, firstShard + i);
    }
  }

  /** {@return its range, in whole pages} */
  AddressRange range() {
    return range;
  }

  Shard[] shards() {
    return shards;
  }

  private int homeIndex() {
    return (int) Thread.currentThread().threadId() & THREADS - 1;
  }

  /** Places a span that has no constraints; {@return whether a place is found at once} */
  boolean placeQuickly(SpanOwner owner, int chunks) {
    StackReserve.require();
    int thread = (int) Thread.currentThread().threadId();
    Shard shard = shards[homes[thread & THREADS - 1]];
    if (!shard.lock.tryAcquire()) {
      shard = await(shard, thread);
    }
    try {
      shard.lock.note(thread);
      return shard.placeAdmitted(owner, chunks);
    } finally {
      shard.release();
    }
  }

  private Shard await(Shard busy, int thread) {
    Shard shard = busy;
    if (busy.lock.note() != thread && ++meetings >= MEETINGS) {
      meetings = 0;
      int next = (homes[thread & THREADS - 1] + 1) % shards.length;
      homes[thread & THREADS - 1] = (byte) next;
      shard = shards[next];
    }
    shard.lock.acquire();
    return shard;
  }

  /** Places a span if there is any place for it; {@return whether there is one} */
  boolean place(SpanOwner owner, PlacementConstraint constraint) {
    StackReserve.requireLong();
    AddressRange window = constraint.window();
    AddressRange area = window == null ? range : Ranges.intersect(range, window);
    if (area == null) {
      return false;
    }
    return constraint.fitsShared() && placeShared(owner, constraint, area)
        || placeRun(owner, constraint, area);
  }

  private boolean placeShared(SpanOwner owner, PlacementConstraint constraint, AddressRange area) {
    Shard home = shards[homes[homeIndex()]];
    return placeIn(home, owner, shard -> shard.place(owner, constraint, area))
        || placeInAny(owner, shard -> shard.isRoomy() && shard.place(owner, constraint, area))
        || placeIn(home, owner, shard -> shard.grow(owner, constraint, area))
        || placeInAny(
            owner,
            shard ->
                shard.place(owner, constraint, area) || shard.searchAll(owner, constraint, area));
  }

  private boolean placeInAny(SpanOwner owner, Shard.Attempt attempt) {
    int thread = homeIndex();
    int home = homes[thread];
    for (int i = 0; i < shards.length; i++) {
      int next = (home + i) % shards.length;
      if (placeIn(shards[next], owner, attempt)) {
        homes[thread] = (byte) next;
        return true;
      }
    }
    return false;
  }

  /** Admits the owner, then searches a place: a refusal has changed nothing. */
  private static boolean placeIn(Shard shard, SpanOwner owner, Shard.Attempt attempt) {
    return inShard(shard, it -> it.placeAdmitted(owner, attempt));
  }

  private static boolean inShard(Shard shard, Shard.Attempt attempt) {
    shard.lock.acquire();
    try {
      return attempt.in(shard);
    } finally {
      shard.release();
    }
  }

  void forEachShard(Consumer<Shard> action) {
    for (Shard shard : shards) {
      inShard(
          shard,
          it -> {
            action.accept(it);
            return true;
          });
    }
  }

  private boolean placeRun(SpanOwner owner, PlacementConstraint constraint, AddressRange area) {
    AddressRange pages = Ranges.inner(area, Pools.PAGE_BYTES);
    if (pages == null
        || Long.compareUnsigned(constraint.spanBytes(), pages.bytes()) > 0
        || constraint.spanBytes() > MOST_BYTES) {
      return false;
    }
    long bytes = Ranges.alignUp(constraint.spanBytes(), Pools.PAGE_BYTES);
    long align = Math.max(constraint.alignBytes(), Pools.PAGE_BYTES);
    return placeIn(shards[0], owner, shard -> shard.placeRun(owner, pages, bytes, align));
  }

  boolean isBroken() {
    for (Shard shard : shards) {
      if (!shard.isBroken()) {
        return false;
      }
    }
    return true;
  }

  List<SlabUse> uses() {
    List<SlabUse> uses = new ArrayList<>();
    forEachShard(shard -> shard.addUses(uses));
    return uses;
  }

  void addOwners(List<SpanOwner> owners) {
    forEachShard(shard -> shard.addOwners(owners));
  }
}
