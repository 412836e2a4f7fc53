package org.jitalloc.core.pack;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.jitalloc.arch.AddressRange;
import org.jitalloc.arch.PageProtection;
import org.jspecify.annotations.Nullable;

/**
 * All places of one address space. Spans whose pages have the same range and protection share
 * slabs, unless they are going to have others.
 *
 * <p>A span's life: placed for a {@link Tenant}; {@linkplain #retire retired}, no longer found and
 * its place not yet given to others; {@linkplain Retired#recycle recycled}. Thread-safe: placing
 * and retiring lock one shard, {@link #find} takes no lock.
 */
public final class Pools {
  /** The length and alignment of a slab: one huge page. */
  public static final long SLAB_BYTES = 2L << 20;

  /** Spans start at, and are rounded up to, multiples of this: one cache line. */
  public static final long CHUNK_BYTES = 64;

  /** What ranges are cut to, and what long spans are rounded up to. */
  public static final long PAGE_BYTES = 4096;

  private static final int MOST_SHARDS = 16;

  /** What {@link #acquire} gives if there is nothing: no slab is there. */
  static final long NOWHERE = -1;

  /**
   * What a pool is for.
   *
   * @param changing whether permissions of its pages will differ
   */
  private record Key(AddressRange range, PageProtection protection, boolean changing) {}

  private final SlabSource source;
  private final Granules granules;
  private final Kept kept = new Kept();
  private final SlabTable table = new SlabTable();
  private final ConcurrentHashMap<Key, Pool> pools = new ConcurrentHashMap<>();
  private final int shardsEach;
  private final AtomicInteger shardCount = new AtomicInteger();
  private final ConcurrentLinkedQueue<RuntimeException> failures = new ConcurrentLinkedQueue<>();

  /**
   * Makes the places of an address space that nobody else gives out.
   *
   * @param source puts memory behind them
   * @param threads how many threads may place and free without waiting for each other. With one,
   *     the same calls in the same order give the same places
   */
  public Pools(SlabSource source, int threads) {
    this.source = source;
    granules = new Granules(source.guards() ? 1 : 0);
    shardsEach = Math.clamp(threads, 1, MOST_SHARDS);
  }

  /** {@return how many shards there are; more come with new zones only} */
  public int shardCount() {
    return shardCount.get();
  }

  /**
   * Leaves addresses out for ever, such as those of a kernel's own image inside the ranges for its
   * modules. Whole slabs are left out.
   *
   * @param taken what somebody else has
   * @throws IllegalStateException if a slab is there already
   */
  public void exclude(AddressRange taken) {
    if (granules.reserve(taken, taken.bytes(), 1).isEmpty()) {
      throw new IllegalStateException("slabs are there already: " + taken);
    }
  }

  /**
   * Gives a place to allocate from. Cheap to keep, and meant to be kept.
   *
   * @param range where spans may be; bytes outside of its whole pages are not used
   * @param fallback where they may be if the range has no room, or null
   * @param protection what the pages allow
   * @return the zone
   * @throws IllegalArgumentException if a range holds no whole page
   */
  public Zone zone(AddressRange range, @Nullable AddressRange fallback, PageProtection protection) {
    return zone(range, fallback, protection, false);
  }

  /**
   * Gives a place to allocate from, apart from that of pages whose permissions stay what they are:
   * a page that gets others splits the huge page that it is in.
   *
   * @param range as in {@link #zone}
   * @param fallback likewise
   * @param protection what the pages allow at first
   * @return the zone
   */
  public Zone zoneOfChanging(
      AddressRange range, @Nullable AddressRange fallback, PageProtection protection) {
    return zone(range, fallback, protection, true);
  }

  private Zone zone(
      AddressRange range,
      @Nullable AddressRange fallback,
      PageProtection protection,
      boolean changing) {
    Pool primary = pool(new Key(range, protection, changing));
    return new Zone(
        this, primary, fallback == null ? null : pool(new Key(fallback, protection, changing)));
  }

  private Pool pool(Key wanted) {
    return pools.computeIfAbsent(
        wanted,
        key ->
            new Pool(
                this, key.range, key.protection, shardCount.getAndAdd(shardsEach), shardsEach));
  }

  /**
   * Finds whom an address belongs to. Lock-free, constant time.
   *
   * @param address any address
   * @return the tenant of the span that holds it, or null
   */
  public @Nullable Tenant find(long address) {
    Slab slab = table.get(address);
    return slab == null ? null : slab.find(address);
  }

  /**
   * Ends the use of a span: nobody finds its tenant from now on, and its place is kept until it is
   * recycled.
   *
   * @param tenant who has a place
   * @return spans, this one among them, that are to be recycled after a grace period; null if it
   *     waits for others to be retired, or for {@link #takeRetired}
   * @throws RuntimeException if the tenant has no place, or refuses as he gave it up before
   */
  public @Nullable Retired retire(Tenant tenant) {
    Slab slab = tenant.slab;
    if (slab == null) {
      throw new IllegalArgumentException("has no place: " + tenant);
    }
    StackReserve.require();
    Shard shard = slab.shard;
    shard.lock.acquire();
    try {
      return shard.retire(tenant);
    } finally {
      shard.release();
    }
  }

  /** {@return all spans that were retired and not given out by {@link #retire}} */
  public List<Retired> takeRetired() {
    var batches = new ArrayList<Retired>();
    forEachShard(
        shard -> {
          batches.ensureCapacity(batches.size() + shard.waitingBatches());
          for (Retired batch; (batch = shard.takeRetired()) != null; ) {
            batches.add(batch);
          }
        });
    return batches;
  }

  /**
   * Takes a batch back that was given out and cannot be recycled now; it is given out again.
   *
   * @param batch what {@link #retire} or {@link #takeRetired} gave
   */
  public void putBack(Retired batch) {
    batch.putBack();
  }

  private void forEachShard(Consumer<Shard> action) {
    pools.values().forEach(pool -> pool.forEachShard(action));
  }

  /**
   * Does something for each shard while nothing is placed or retired in it.
   *
   * @param action gets the number of the shard
   */
  public void inEachShard(IntConsumer action) {
    forEachShard(shard -> action.accept(shard.index));
  }

  /**
   * Looks at all tenants. One that comes or goes meanwhile may be seen or not.
   *
   * @param action what is done with each; it may place and free
   */
  public void forEachTenant(Consumer<Tenant> action) {
    List<Tenant> tenants = new ArrayList<>();
    pools.values().forEach(pool -> pool.addTenants(tenants));
    tenants.forEach(action);
  }

  /** {@return every slab and what is in it, by address; each shard at one moment} */
  public List<SlabUse> slabs() {
    List<SlabUse> uses = new ArrayList<>();
    pools.values().forEach(pool -> uses.addAll(pool.uses()));
    uses.sort(Comparator.comparing(use -> use.span().start(), Long::compareUnsigned));
    return uses;
  }

  /**
   * Gives back empty slabs, which are kept for the next spans, whether they were needed lately or
   * not.
   *
   * @param keep how many slabs of each shard stay, empty or not; if 0, places that are kept for
   *     spans of the same length are made ordinary ones before
   * @return how many bytes of address space
   */
  public long trim(int keep) {
    var bytes = new LongAdder();
    forEachShard(shard -> bytes.add(shard.trim(keep)));
    return bytes.sum();
  }

  /**
   * Gives back empty slabs that were not needed since this was called last, and pages of those that
   * are partly empty, and makes those whole that are nearly full: to be called every few seconds.
   *
   * @param keep how many slabs of each shard stay, empty or not
   * @param quiet whether hardly anything was placed or recycled meanwhile; else less goes, since it
   *     may soon be needed again
   */
  public void thin(int keep, boolean quiet) {
    forEachShard(shard -> shard.thin(keep, quiet));
  }

  SlabSource source() {
    return source;
  }

  /** Takes addresses and puts memory behind them; empty if the range has none. */
  OptionalLong acquire(AddressRange range, long bytes, long alignBytes, PageProtection protection) {
    OptionalLong again = kept.take(range, bytes, alignBytes, protection);
    OptionalLong start = again.isPresent() ? again : granules.reserve(range, bytes, alignBytes);
    if (start.isPresent()) {
      boolean committed = false;
      try {
        source.commit(start.getAsLong(), bytes, protection);
        committed = true;
      } finally {
        if (!committed) {
          leave(start.getAsLong(), bytes, protection, again.isEmpty());
        }
      }
    }
    return start;
  }

  private void leave(long start, long bytes, PageProtection protection, boolean forAll) {
    if (forAll) {
      granules.release(start, bytes);
    } else {
      kept.add(start, bytes, protection);
    }
  }

  /** Lets a slab be found. */
  void publish(Slab slab) {
    long start = slab.span().start();
    long end = Granules.end(start, slab.span().bytes());
    for (long granule = Granules.granule(start); granule < end; granule++) {
      table.put(granule, slab);
    }
  }

  /**
   * Undoes {@link #publish} and {@link #acquire}. If the source cannot take the memory back, that
   * is reported and the addresses stay unused.
   */
  void release(Slab slab) {
    long start = slab.span().start();
    long bytes = slab.span().bytes();
    long end = Granules.end(start, bytes);
    for (long granule = Granules.granule(start); granule < end; granule++) {
      table.remove(granule);
    }
    try {
      boolean gone = source.decommit(start, bytes, slab.protection());
      leave(start, bytes, slab.protection(), gone);
    } catch (Throwable failure) {
      report(new IllegalStateException("a slab was not given back: " + slab.span(), failure));
    }
  }

  /** Undoes {@link #acquire}, and {@link #publish} as far as it came. */
  void unacquire(long start, long bytes, PageProtection protection, Throwable cause) {
    long end = Granules.end(start, bytes);
    for (long granule = Granules.granule(start); granule < end; granule++) {
      table.removeIfThere(granule);
    }
    try {
      boolean gone = source.decommit(start, bytes, protection);
      leave(start, bytes, protection, gone);
    } catch (Throwable failure) {
      cause.addSuppressed(failure);
    }
  }

  /** {@return how many bytes of address space slabs have, without a look at what is in them} */
  public long reservedBytes() {
    return granules.takenCount() * SLAB_BYTES;
  }

  /** {@return how many shards an error has broken: they take and give nothing any more} */
  public int brokenShards() {
    var broken = new int[1];
    forEachShard(shard -> broken[0] += shard.isBroken() ? 1 : 0);
    return broken[0];
  }

  void report(RuntimeException failure) {
    failures.add(failure);
  }

  /**
   * Gives what went wrong with memory that is nobody's: slabs that could not be given back, shards
   * that an error broke. It is kept until it is asked for, since a log handler may allocate.
   *
   * @return the failures since the last call
   */
  public List<RuntimeException> takeFailures() {
    if (failures.isEmpty()) {
      return List.of();
    }
    List<RuntimeException> taken = new ArrayList<>();
    for (RuntimeException next; (next = failures.poll()) != null; ) {
      taken.add(next);
    }
    return taken;
  }

  /** Lets no slab come or go any more: when this returns, the source is not called again. */
  public void close() {
    forEachShard(Shard::close);
  }

  Granules granules() {
    return granules;
  }

  SlabTable table() {
    return table;
  }

  Iterable<Pool> all() {
    return pools.values();
  }
}
