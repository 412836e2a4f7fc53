package org.jitalloc.core.pack;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jitalloc.arch.AddressRange;
import org.jitalloc.arch.PageProtection;
import org.jspecify.annotations.Nullable;

/**
 * All places of one address space. Spans whose pages have the same range and protection share
 * slabs.
 *
 * <p>Thread-safe: placing and freeing lock one pool, {@link #find} takes no lock.
 */
public final class Pools {
  /** The length and alignment of a slab: one huge page. */
  public static final long SLAB_BYTES = 2L << 20;

  /** Spans start at, and are rounded up to, multiples of this: one cache line. */
  public static final long CHUNK_BYTES = 64;

  /** What ranges are cut to, and what long spans are rounded up to. */
  public static final long PAGE_BYTES = 4096;

  private record Key(AddressRange range, PageProtection protection) {}

  private final SlabSource source;
  private final Granules granules = new Granules();
  private final SlabTable table = new SlabTable();
  private final ConcurrentHashMap<Key, Pool> pools = new ConcurrentHashMap<>();

  /**
   * Makes the places of an address space that nobody else gives out.
   *
   * @param source puts memory behind them
   */
  public Pools(SlabSource source) {
    this.source = source;
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
    Pool primary = pool(range, protection);
    return new Zone(this, primary, fallback == null ? null : pool(fallback, protection));
  }

  private Pool pool(AddressRange range, PageProtection protection) {
    return pools.computeIfAbsent(
        new Key(range, protection), key -> new Pool(this, key.range, key.protection));
  }

  /**
   * Finds whom an address belongs to. Lock-free, constant time. An address in a span with a tenant
   * always gives him; one outside of all spans may give a tenant nearby while others change, so ask
   * the tenant whether the address is his.
   *
   * @param address any address
   * @return the tenant that was attached to the span, or null
   */
  public @Nullable Object find(long address) {
    Slab slab = table.get(Granules.granule(address));
    return slab == null ? null : slab.find(address);
  }

  /**
   * Looks at all tenants. One that comes or goes meanwhile may be seen or not.
   *
   * @param action what is done with each; it may place and free
   */
  public void forEachTenant(Consumer<Object> action) {
    List<Object> tenants = new ArrayList<>();
    pools.values().forEach(pool -> pool.addTenants(tenants));
    tenants.forEach(action);
  }

  /** {@return every slab and what is in it, by address; each pool at one moment} */
  public List<SlabUse> slabs() {
    List<SlabUse> uses = new ArrayList<>();
    pools.values().forEach(pool -> pool.addUses(uses));
    uses.sort(Comparator.comparing(use -> use.span().start(), Long::compareUnsigned));
    return uses;
  }

  /**
   * Gives back the empty slabs that are kept for the next span.
   *
   * @return how many bytes of address space
   */
  public long trim() {
    long bytes = 0;
    for (Pool pool : pools.values()) {
      bytes += pool.trim();
    }
    return bytes;
  }

  /** Takes addresses and puts memory behind them; empty if the range has none. */
  OptionalLong acquire(AddressRange range, long bytes, long alignBytes, PageProtection protection) {
    OptionalLong start = granules.reserve(range, bytes, alignBytes);
    if (start.isPresent()) {
      boolean committed = false;
      try {
        source.commit(start.getAsLong(), bytes, protection);
        committed = true;
      } finally {
        if (!committed) {
          granules.release(start.getAsLong(), bytes);
        }
      }
    }
    return start;
  }

  /** Lets a slab be found. */
  void publish(Slab slab) {
    long start = slab.span().start();
    long end = Granules.end(start, slab.span().bytes());
    for (long granule = Granules.granule(start); granule < end; granule++) {
      table.put(granule, slab);
    }
  }

  /** Undoes {@link #publish} and {@link #acquire}. Should that fail, its addresses stay unused. */
  void release(Slab slab) {
    long start = slab.span().start();
    long bytes = slab.span().bytes();
    long end = Granules.end(start, bytes);
    for (long granule = Granules.granule(start); granule < end; granule++) {
      table.remove(granule);
    }
    source.decommit(start, bytes, slab.protection());
    granules.release(start, bytes);
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
