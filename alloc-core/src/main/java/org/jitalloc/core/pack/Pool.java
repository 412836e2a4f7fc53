package org.jitalloc.core.pack;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jitalloc.Span;
import org.jitalloc.arch.AddressRange;
import org.jitalloc.arch.PageProtection;

/** The slabs of one range and protection, in shards. */
final class Pool {
  /*
   * Policy: all threads begin in the first shard, so that few threads fill few slabs. A thread that
   * waits for its shard while another one has placed there last notes that; when it happens often
   * (MEETINGS) it moves on to the next shard. When a shard has no room for a thread, the thread
   * goes where there is more than fragmentation leaves (isRoomy) and stays there; else the shard
   * takes a new slab. So contention costs a slab that is partly empty for each thread that really
   * runs beside another, and nothing else does. Who only frees what lies in another's shard drives
   * nobody out. Before a range is exhausted every shard is searched.
   *
   * Spans longer than a slab get a run of their own: they could not share anyway. Spans up to a
   * whole slab do share, for the rest of the slab is room for hundreds of others. Runs are guarded
   * by the lock of the first shard, and count as in it.
   *
   * `homes` is a table by thread, without synchronisation: an old value, or that of another thread,
   * is as good as any. So is `meetings`.
   */
  private static final int MEETINGS = 32;

  private static final int THREADS = 256;

  /** Spans are counted in chunks by an int. */
  private static final long MOST_BYTES = Integer.MAX_VALUE * Pools.CHUNK_BYTES;

  private final Pools owner;
  private final AddressRange range;
  private final PageProtection protection;
  private final Shard[] shards;
  private final byte[] homes = new byte[THREADS];
  private int meetings;

  /** The spans with slabs of their own, by address. */
  final TreeMap<Long, RunSlab> runs = new TreeMap<>(Long::compareUnsigned);

  Pool(Pools owner, AddressRange range, PageProtection protection, int firstShard, int count) {
    AddressRange pages = Ranges.inner(range, Pools.PAGE_BYTES);
    if (pages == null) {
      throw new IllegalArgumentException("range holds no whole page: " + range);
    }
    this.owner = owner;
    this.range = pages;
    this.protection = protection;
    shards = new Shard[count];
    for (int i = 0; i < count; i++) {
      shards[i] = new Shard(this, firstShard + i);
    }
  }

  SlabSource source() {
    return owner.source();
  }

  PageProtection protection() {
    return protection;
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

  /** Takes a place that is easily found; {@return whether there is one} */
  boolean placeQuickly(Tenant tenant, int chunks) {
    StackReserve.require();
    int thread = (int) Thread.currentThread().threadId();
    Shard shard = shards[homes[thread & THREADS - 1]];
    if (!shard.lock.tryAcquire()) {
      shard = await(shard, thread);
    }
    try {
      shard.lock.note(thread);
      return shard.placeAdmitted(tenant, chunks);
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

  /** Takes a place if there is any; {@return whether there is one} */
  boolean place(Tenant tenant, Wish wish) {
    StackReserve.requireLong();
    AddressRange window = wish.window();
    AddressRange area = window == null ? range : Ranges.intersect(range, window);
    if (area == null) {
      return false;
    }
    return wish.fitsShared() && placeShared(tenant, wish, area) || placeRun(tenant, wish, area);
  }

  private boolean placeShared(Tenant tenant, Wish wish, AddressRange area) {
    Shard home = shards[homes[homeIndex()]];
    return placeIn(home, tenant, shard -> shard.place(tenant, wish, area))
        || placeInAny(tenant, shard -> shard.isRoomy() && shard.place(tenant, wish, area))
        || placeIn(home, tenant, shard -> shard.grow(tenant, wish, area))
        || placeInAny(
            tenant,
            shard -> shard.place(tenant, wish, area) || shard.searchAll(tenant, wish, area));
  }

  private boolean placeInAny(Tenant tenant, Shard.Attempt attempt) {
    int thread = homeIndex();
    int home = homes[thread];
    for (int i = 0; i < shards.length; i++) {
      int next = (home + i) % shards.length;
      if (placeIn(shards[next], tenant, attempt)) {
        homes[thread] = (byte) next;
        return true;
      }
    }
    return false;
  }

  /** Admits, then looks for a place: whoever is refused has changed nothing. */
  private static boolean placeIn(Shard shard, Tenant tenant, Shard.Attempt attempt) {
    return inShard(shard, it -> it.placeAdmitted(tenant, attempt));
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

  private boolean placeRun(Tenant tenant, Wish wish, AddressRange area) {
    AddressRange pages = Ranges.inner(area, Pools.PAGE_BYTES);
    if (pages == null
        || Long.compareUnsigned(wish.spanBytes(), pages.bytes()) > 0
        || wish.spanBytes() > MOST_BYTES) {
      return false;
    }
    long bytes = Ranges.alignUp(wish.spanBytes(), Pools.PAGE_BYTES);
    long align = Math.max(wish.alignBytes(), Pools.PAGE_BYTES);
    return placeIn(
        shards[0],
        tenant,
        shard -> {
          long start = shard.isOpen() ? acquire(pages, bytes, align) : Pools.NOWHERE;
          if (start == Pools.NOWHERE) {
            return false;
          }
          startRun(shard, new Span(start, bytes), tenant);
          return true;
        });
  }

  private void startRun(Shard shard, Span span, Tenant tenant) {
    try {
      var run = new RunSlab(shard, span);
      runs.put(span.start(), run);
      publish(run);
      run.moveIn(tenant);
    } catch (Throwable failure) {
      tenant.slab = null;
      runs.remove(span.start());
      unacquire(span.start(), span.bytes(), failure);
      throw failure;
    }
  }

  /** Gives pages back whose slab could not be made, because of a failure that the caller tells. */
  void unacquire(long start, long bytes, Throwable failure) {
    owner.unacquire(start, bytes, protection, failure);
  }

  /** Keeps what went wrong until it can be told: logging under a lock may wait for that lock. */
  void report(RuntimeException failure) {
    owner.report(failure);
  }

  boolean isBroken() {
    for (Shard shard : shards) {
      if (!shard.isBroken()) {
        return false;
      }
    }
    return true;
  }

  void giveBack(RunSlab run) {
    runs.remove(run.span().start());
    release(run);
  }

  long acquire(AddressRange where, long bytes, long alignBytes) {
    OptionalLong start = owner.acquire(where, bytes, alignBytes, protection);
    return start.orElse(Pools.NOWHERE);
  }

  void publish(Slab slab) {
    owner.publish(slab);
  }

  void release(Slab slab) {
    owner.release(slab);
  }

  List<SlabUse> uses() {
    List<SlabUse> uses = new ArrayList<>();
    forEachShard(shard -> shard.addUses(uses));
    inShard(shards[0], _ -> uses.addAll(runs.values().stream().map(RunSlab::use).toList()));
    return uses;
  }

  void addTenants(List<Tenant> tenants) {
    forEachShard(shard -> shard.addTenants(tenants));
    inShard(
        shards[0],
        _ -> {
          runs.values().forEach(run -> run.addTenants(tenants));
          return true;
        });
  }
}
