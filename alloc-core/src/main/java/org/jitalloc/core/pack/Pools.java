package org.jitalloc.core.pack;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.jitalloc.arch.AddressRange;
import org.jitalloc.arch.PageProtection;
import org.jitalloc.core.stack.StackReserve;
import org.jspecify.annotations.Nullable;

/**
 * The pools of one address space. Spans whose pages have the same range and protection share slabs,
 * unless their permissions change later.
 *
 * <p>A span is placed for a {@link SpanOwner}, then {@linkplain #retire retired} (lookups miss it,
 * its place is kept), then {@linkplain Retired#recycle recycled} (its place is free). Thread-safe:
 * to place and to retire locks one shard, {@link #find} takes no lock.
 */
public final class Pools {
  /** The length and alignment of a slab: one huge page. */
  public static final long SLAB_BYTES = 2L << 20;

  /** Spans start at, and are rounded up to, multiples of this: one cache line. */
  public static final long CHUNK_BYTES = 64;

  /** What ranges are cut to, and what long spans are rounded up to. */
  public static final long PAGE_BYTES = 4096;

  private static final int MOST_SHARDS = 16;

  /**
   * The key of a pool.
   *
   * @param changing whether the permissions of its pages change later
   */
  private record Key(AddressRange range, PageProtection protection, boolean changing) {}

  private final SlabMemory memory;
  private final ConcurrentHashMap<Key, Pool> pools = new ConcurrentHashMap<>();
  private final int shardsEach;
  private final AtomicInteger shardCount = new AtomicInteger();

  /**
   * Makes the pools of an address space. Nothing else gives out its addresses.
   *
   * @param source maps the memory of slabs
   * @param threads the number of threads that may place and free without waiting for each other.
   *     With one, the same calls in the same order give the same places
   */
  public Pools(SlabSource source, int threads) {
    memory = new SlabMemory(source);
    shardsEach = Math.clamp(threads, 1, MOST_SHARDS);
  }

  /** {@return the number of shards; only a new zone adds some} */
  public int shardCount() {
    return shardCount.get();
  }

  /**
   * Excludes addresses for ever, such as those of the image of a kernel inside the range for its
   * modules. Whole slabs are excluded.
   *
   * @param taken the addresses
   * @throws IllegalStateException if a slab is there already
   */
  public void exclude(AddressRange taken) {
    if (memory.addresses().reserve(taken, taken.bytes(), 1).isEmpty()) {
      throw new IllegalStateException("slabs are there already: " + taken);
    }
  }

  /**
   * Makes a zone. Callers keep it.
   *
   * @param range the addresses for spans; bytes outside of its whole pages are not used
   * @param fallback the addresses for spans if the range has no room, or null
   * @param protection the permissions of the pages
   * @return the zone
   * @throws IllegalArgumentException if a range holds no whole page
   */
  public Zone zone(AddressRange range, @Nullable AddressRange fallback, PageProtection protection) {
    return zone(range, fallback, protection, false);
  }

  /**
   * Makes a zone of pages whose permissions change later. Its slabs are separate, since such a page
   * splits the huge page that it is in.
   *
   * @param range as in {@link #zone}
   * @param fallback likewise
   * @param protection the permissions of the pages at first
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
        memory.addresses(),
        () -> trim(0),
        primary,
        fallback == null ? null : pool(new Key(fallback, protection, changing)));
  }

  private Pool pool(Key wanted) {
    return pools.computeIfAbsent(
        wanted,
        key ->
            new Pool(
                memory, key.range, key.protection, shardCount.getAndAdd(shardsEach), shardsEach));
  }

  /**
   * Finds the owner of an address. Lock-free, constant time.
   *
   * @param address any address
   * @return the owner of the span that holds it, or null
   */
  public @Nullable SpanOwner find(long address) {
    Slab slab = memory.find(address);
    return slab == null ? null : slab.find(address);
  }

  /**
   * Retires a span: lookups miss it from now on, and its place is kept until it is recycled.
   *
   * @param owner the owner of the span
   * @return a batch of spans, this one among them, to recycle after a grace period; null if the
   *     batch waits for more spans, or for {@link #takeRetired}
   * @throws RuntimeException if the owner has no span, or refuses since it gave it up before
   */
  public @Nullable Retired retire(SpanOwner owner) {
    Slab slab = owner.slab;
    if (slab == null) {
      throw new IllegalArgumentException("has no place: " + owner);
    }
    StackReserve.require();
    return slab.keeper.retire(owner);
  }

  /**
   * Passes on all retired spans that {@link #retire} did not return, in batches. If the action
   * throws, the batches that were not passed on stay here.
   *
   * @param action gets each batch; no lock is held
   */
  public void takeRetired(Consumer<Retired> action) {
    for (Pool pool : pools.values()) {
      for (Shard shard : pool.shards()) {
        for (Retired batch; (batch = takeRetired(shard)) != null; ) {
          action.accept(batch);
        }
      }
    }
  }

  private static @Nullable Retired takeRetired(Shard shard) {
    shard.lock.acquire();
    try {
      return shard.takeRetired();
    } finally {
      shard.release();
    }
  }

  /**
   * Takes back a batch that cannot be recycled now. It is handed out again.
   *
   * @param batch a batch of {@link #retire} or {@link #takeRetired}
   */
  public void putBack(Retired batch) {
    batch.putBack();
  }

  private void forEachShard(Consumer<Shard> action) {
    pools.values().forEach(pool -> pool.forEachShard(action));
  }

  /**
   * Calls an action for each shard, with its lock held.
   *
   * @param action gets the number of the shard
   */
  public void inEachShard(IntConsumer action) {
    forEachShard(shard -> action.accept(shard.index()));
  }

  /**
   * Calls an action for all owners. An owner that is placed or retired meanwhile may be missed.
   *
   * @param action it may place and retire
   */
  public void forEachOwner(Consumer<SpanOwner> action) {
    List<SpanOwner> owners = new ArrayList<>();
    pools.values().forEach(pool -> pool.addOwners(owners));
    owners.forEach(action);
  }

  /** {@return all slabs by address; those of one shard are as of one moment} */
  public List<SlabUse> slabs() {
    List<SlabUse> uses = new ArrayList<>();
    pools.values().forEach(pool -> uses.addAll(pool.uses()));
    uses.sort(Comparator.comparing(use -> use.span().start(), Long::compareUnsigned));
    return uses;
  }

  /**
   * Gives back empty slabs, whether they were needed lately or not.
   *
   * @param keep the number of slabs of each shard that stay, empty or not; if 0, the bins are
   *     drained before
   * @return their length in bytes
   */
  public long trim(int keep) {
    var bytes = new LongAdder();
    forEachShard(shard -> bytes.add(shard.trim(keep)));
    return bytes.sum();
  }

  /**
   * Ends a period of a few seconds: gives back empty slabs that were not needed in it, and pages of
   * partly empty slabs, and collapses nearly full ones into huge pages.
   *
   * @param keep the number of slabs of each shard that stay, empty or not
   * @param quiet whether the period had few allocations and frees; otherwise less is given back
   */
  public void thin(int keep, boolean quiet) {
    forEachShard(shard -> shard.thin(keep, quiet));
  }

  /** {@return the length of all slabs and their guards in bytes} */
  public long reservedBytes() {
    return memory.addresses().takenCount() * SLAB_BYTES;
  }

  /** {@return the number of shards that an error has broken; they are not used any more} */
  public int brokenShards() {
    var broken = new int[1];
    forEachShard(shard -> broken[0] += shard.isBroken() ? 1 : 0);
    return broken[0];
  }

  /**
   * Takes the failures that no caller got: slabs that could not be given back, shards that an error
   * broke. They are kept until this call, since a log handler may allocate.
   *
   * @return the failures since the last call
   */
  public List<RuntimeException> takeFailures() {
    return memory.takeFailures();
  }

  /** Stops all changes of slabs: once this returns, the source is not called again. */
  public void close() {
    forEachShard(Shard::close);
  }

  SlabMemory memory() {
    return memory;
  }

  Iterable<Pool> all() {
    return pools.values();
  }
}
