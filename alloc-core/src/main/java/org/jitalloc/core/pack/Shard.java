package org.jitalloc.core.pack;

import java.util.List;
import org.jitalloc.Span;
import org.jitalloc.arch.AddressRange;
import org.jspecify.annotations.Nullable;

/** Slabs of a pool that one lock guards. */
final class Shard {
  /*
   * Policy: the slab with the lowest address that has a place, in it a good fit: the least size
   * class all of whose blocks are long enough, in it the block that was freed last; before that, a
   * few of the class that a block of just that length is in. So the work is a few bit searches,
   * high slabs run empty, and equal calls give equal places. A span that needs alignment looks for
   * its length plus the most that aligning can cost. Slabs whose blocks only may be long enough are
   * tried a little (SLABS_PROBED, PROBES) before a new slab is taken, and all of them when there is
   * none: a place that exists is found, and only an exhausted range pays for that.
   *
   * Before all that, a short span without wishes takes a place of its own length from the bins,
   * which hold the places of such spans as they were. The bins are emptied into the free lists
   * before a slab is taken for want of room, and on request.
   *
   * New slabs are whole granules first, from the low end (they can be huge pages), then what the
   * range has of the granules at its edges. Empty slabs are kept, since the system may have to move
   * much about to find another huge page: as many as were not needed since the last look (thin),
   * which whoever uses this takes every few seconds, go back then. Not more than MOST_EMPTY are
   * kept, none that is in pieces, and none when any range has no room (Zone).
   *
   * Slabs that are partly empty give up pages (Parts) at that look.
   *
   * What is retired is collected and handed out in batches, to be recycled after one grace period
   * for all.
   *
   * Locking: `lock` guards everything here and in the slabs, and what tenants count by `index`.
   * Within it only the monitors of Granules and SlabTable are taken, SlabSource is called, and
   * tenants are told. Nobody holds two of these locks.
   */
  private static final int PROBES = 32;
  private static final int SLABS_PROBED = 8;
  private static final int MOST_EMPTY = 8;

  /** Its number among all shards of {@link Pools}. */
  final int index;

  final Pool pool;

  /** Its note says which thread placed here last, by the low bits of its number. */
  final SpinLock lock = new SpinLock();

  final Directory directory = new Directory();
  final Blocks blocks = new Blocks();
  final Bins bins = new Bins();

  /** What is free in its slabs; what the bins hold is not. */
  long freeChunks;

  private Retired limbo = new Retired(this);

  /** Batches that were given out and came back. */
  private @Nullable Retired returned;

  /** An empty one, to be the next. */
  private @Nullable Retired spare;

  /** Whether a change has begun that must come to its end. */
  private boolean changing;

  /** Why the shard takes and gives nothing any more; null as long as it does. */
  private @Nullable String breakage;

  /** Whether the source is closed, or going to be. */
  private boolean closed;

  private int emptySlabs;

  /** The fewest that were empty at any time since the last look. */
  private int sparedSlabs;

  Shard(Pool pool, int index) {
    this.pool = pool;
    this.index = index;
  }

  int emptySlabs() {
    return emptySlabs;
  }

  int sparedSlabs() {
    return sparedSlabs;
  }

  /** What is done in a shard whose lock is held; {@return whether there is a place} */
  interface Attempt {
    boolean in(Shard shard);
  }

  /**
   * Takes a place for a tenant, if the shard is open and the tenant is admitted. The lock is held.
   */
  boolean placeAdmitted(Tenant tenant, Attempt attempt) {
    if (breakage != null) {
      return false;
    }
    tenant.admit(index);
    boolean placed = false;
    try {
      placed = attempt.in(this);
    } finally {
      if (!placed) {
        tenant.refund(index);
      }
    }
    return placed;
  }

  /** As {@link #placeAdmitted}, for a span without wishes that is found at once. */
  boolean placeAdmitted(Tenant tenant, int chunks) {
    if (breakage != null) {
      return false;
    }
    tenant.admit(index);
    boolean placed = false;
    try {
      placed = place(tenant, chunks);
    } finally {
      if (!placed) {
        tenant.refund(index);
      }
    }
    return placed;
  }

  /** Gives the lock back. A change that did not come to its end breaks the shard. */
  void release() {
    if (changing) {
      changing = false;
      breakage = "a change that an error ended in the middle";
      pool.report(new IllegalStateException("%s is broken by %s".formatted(this, breakage)));
    }
    lock.release();
  }

  boolean isBroken() {
    return breakage != null;
  }

  /** Lets nothing be changed any more: the source is going to be closed. The lock is held. */
  void close() {
    closed = true;
  }

  /** Whether slabs may come and go. */
  boolean isOpen() {
    return !closed && breakage == null;
  }

  @Override
  public String toString() {
    return "shard %d of %s %s".formatted(index, pool.protection(), pool.range());
  }

  /** Finds and takes a place for a span without wishes; {@return whether there is one} */
  boolean place(Tenant tenant, int chunks) {
    if (chunks <= Bins.LONGEST && bins.has(chunks)) {
      changing = true;
      bins.pop(chunks, tenant);
      changing = false;
      return true;
    }
    int sizeClass = SizeClass.of(chunks);
    int left = SLABS_PROBED;
    for (int slot = 0; (slot = directory.first(sizeClass, slot)) != Directory.NONE; slot++) {
      SharedSlab slab = directory.slab(slot);
      int block = slab.fit(chunks);
      if (block != Blocks.NONE) {
        take(slab, block, blocks.start(block), chunks, tenant);
        return true;
      }
      if (--left == 0) {
        sizeClass = SizeClass.allAtLeast(chunks);
      }
    }
    return false;
  }

  /** As {@link #place(Tenant, int)}, for any wish, in a part of the range. */
  boolean place(Tenant tenant, Wish wish, AddressRange area) {
    if (placeQuickly(tenant, wish, area)) {
      return true;
    }
    return emptyBins() && placeQuickly(tenant, wish, area) || search(tenant, wish, area, PROBES);
  }

  private boolean placeQuickly(Tenant tenant, Wish wish, AddressRange area) {
    boolean anywhere = wish.window() == null;
    int from = anywhere ? 0 : directory.firstStartingAt(area.start());
    int to = anywhere ? directory.count() : slabsEndingBy(area.end());
    int sizeClass = SizeClass.allAtLeast(wish.chunks() + wish.alignChunks() - 1);
    int slot = sizeClass < SizeClass.COUNT ? directory.first(sizeClass, from) : Directory.NONE;
    if (slot == Directory.NONE || slot >= to) {
      return false;
    }
    SharedSlab slab = directory.slab(slot);
    int block = slab.first(slab.nextClass(sizeClass));
    int at = blocks.start(block) + wish.alignChunks() - 1 & -wish.alignChunks();
    take(slab, block, at, wish.chunks(), tenant);
    return true;
  }

  private int slabsEndingBy(long address) {
    int slot = directory.firstStartingAt(address);
    if (slot > 0) {
      Span last = directory.slab(slot - 1).span();
      return Long.compareUnsigned(last.start() + last.bytes(), address) > 0 ? slot - 1 : slot;
    }
    return 0;
  }

  /** Looks at all blocks, however many there are. */
  boolean searchAll(Tenant tenant, Wish wish, AddressRange area) {
    return search(tenant, wish, area, Integer.MAX_VALUE);
  }

  /** Looks at blocks one by one, in each slab the shortest classes first. */
  private boolean search(Tenant tenant, Wish wish, AddressRange area, int most) {
    int left = most;
    int least = SizeClass.of(wish.chunks());
    int to = directory.firstStartingAt(area.end());
    int slot = directory.first(least, directory.firstEndingAbove(area.start()));
    while (slot != Directory.NONE && slot < to) {
      SharedSlab slab = directory.slab(slot);
      for (int c = slab.nextClass(least); c < SizeClass.COUNT; c = slab.nextClass(c + 1)) {
        for (int b = slab.first(c); b != Blocks.NONE; b = blocks.nextFree(b)) {
          if (left-- == 0) {
            return false;
          }
          if (takeIfFits(slab, b, tenant, wish, area)) {
            return true;
          }
        }
      }
      slot = directory.first(least, slot + 1);
    }
    return false;
  }

  private boolean takeIfFits(
      SharedSlab slab, int block, Tenant tenant, Wish wish, AddressRange area) {
    long start = Ranges.max(slab.address(blocks.start(block)), area.start());
    long end = Ranges.min(slab.address(blocks.end(block)), area.end());
    if (!Ranges.fits(start, end, wish.spanBytes(), wish.alignBytes())) {
      return false;
    }
    int at = slab.chunk(Ranges.alignUp(start, wish.alignBytes()));
    take(slab, block, at, wish.chunks(), tenant);
    return true;
  }

  private void take(SharedSlab slab, int block, int at, int chunks, Tenant tenant) {
    if (!slab.parts.areAllThere()) {
      slab.parts.supplyAround(at, chunks);
    }
    blocks.reserve();
    slab.reserve(at);
    changing = true;
    if (slab.isEmpty()) {
      lessEmpty();
    }
    slab.moveIn(slab.take(block, at, chunks), at, chunks, tenant);
    changing = false;
  }

  /** Whether more is free than a slab and what fragmentation explains: others may use it. */
  boolean isRoomy() {
    long slabs = directory.count();
    return freeChunks > SharedSlab.CHUNKS + slabs * SharedSlab.CHUNKS / 4;
  }

  /** Takes another slab that has a place, and the place. */
  boolean grow(Tenant tenant, Wish wish, AddressRange area) {
    AddressRange whole = Ranges.inner(area, Pools.SLAB_BYTES);
    SharedSlab slab = whole == null ? null : newSlab(whole, Pools.SLAB_BYTES, Pools.SLAB_BYTES);
    if (slab == null) {
      slab = edgeSlab(wish, area, area.start());
    }
    if (slab == null) {
      slab = edgeSlab(wish, area, area.end() - 1);
    }
    return slab != null && takeIfFits(slab, slab.firstBlock, tenant, wish, area);
  }

  /** Takes what the range has of the granule of an address, if there is a place in it. */
  private @Nullable SharedSlab edgeSlab(Wish wish, AddressRange area, long address) {
    long base = address & -Pools.SLAB_BYTES;
    // The last granule of all ends at 2^64, which no range reaches.
    long end = base == -Pools.SLAB_BYTES ? -1 : base + Pools.SLAB_BYTES;
    var granule = new AddressRange(base, end);
    AddressRange slab = Ranges.intersect(pool.range(), granule);
    AddressRange usable = Ranges.intersect(area, granule);
    return slab != null
            && usable != null
            && Ranges.fits(usable.start(), usable.end(), wish.spanBytes(), wish.alignBytes())
        ? newSlab(slab, slab.bytes(), Pools.PAGE_BYTES)
        : null;
  }

  private @Nullable SharedSlab newSlab(AddressRange where, long bytes, long alignBytes) {
    if (closed) {
      return null;
    }
    blocks.reserve();
    directory.reserve();
    long start = pool.acquire(where, bytes, alignBytes);
    if (start == Pools.NOWHERE) {
      return null;
    }
    SharedSlab slab;
    try {
      slab = new SharedSlab(this, new Span(start, bytes));
      pool.publish(slab);
    } catch (Throwable failure) {
      pool.unacquire(start, bytes, failure);
      throw failure;
    }
    changing = true;
    directory.insert(slab);
    emptySlabs++;
    freeChunks += bytes / Pools.CHUNK_BYTES;
    changing = false;
    return slab;
  }

  /**
   * Ends the use of a span.
   *
   * @return a batch to be recycled after a grace period, if this completed one
   */
  @Nullable Retired retire(Tenant tenant) {
    limbo.reserve();
    if (spare == null) {
      spare = new Retired(this);
    }
    tenant.moveOut(index);
    if (breakage != null) {
      return null;
    }
    limbo.add(tenant);
    return limbo.isFull() ? takeRetired() : null;
  }

  /** {@return a batch that waits, full or not; null if there is none} */
  @Nullable Retired takeRetired() {
    Retired batch = returned;
    if (batch != null) {
      returned = batch.next;
      batch.next = null;
      return batch;
    }
    if (limbo.isEmpty()) {
      return null;
    }
    Retired next = spare == null ? new Retired(this) : spare;
    batch = limbo;
    limbo = next;
    spare = null;
    return batch;
  }

  /** {@return how many times {@link #takeRetired} gives a batch} */
  int waitingBatches() {
    int waiting = limbo.isEmpty() ? 0 : 1;
    for (Retired batch = returned; batch != null; batch = batch.next) {
      waiting++;
    }
    return waiting;
  }

  /** Takes a batch back that was given out. Takes the lock. */
  void putBack(Retired batch) {
    lock.acquire();
    try {
      batch.next = returned;
      returned = batch;
    } finally {
      release();
    }
  }

  /**
   * Gives the places of a batch, the first so many, to others. Takes the lock. A slab that the
   * source does not take back is reported and stays unused; the other places are given.
   */
  void recycle(Retired batch, Tenant[] tenants, int count) {
    lock.acquire();
    try {
      for (int i = 0; i < count && isOpen(); i++) {
        changing = true;
        switch (tenants[i].slab) {
          case SharedSlab slab -> recycle(slab, tenants[i]);
          case RunSlab run -> pool.giveBack(run);
          case null -> throw new IllegalStateException("no place: " + tenants[i]);
        }
        changing = false;
      }
      batch.empty();
      spare = batch;
    } finally {
      release();
    }
  }

  private void recycle(SharedSlab slab, Tenant former) {
    if (former.chunks() > Bins.LONGEST || !bins.push(slab, former)) {
      slab.recycle(former.block);
    }
  }

  /** Makes ordinary free blocks of what the bins hold; {@return whether there was anything} */
  boolean emptyBins() {
    if (bins.isEmpty() || !isOpen()) {
      return false;
    }
    changing = true;
    bins.drain();
    changing = false;
    return true;
  }

  void emptied(SharedSlab slab) {
    emptySlabs++;
    if (emptySlabs > MOST_EMPTY || slab.parts.isInPieces()) {
      giveBackEmpty(slab);
    }
  }

  private void lessEmpty() {
    emptySlabs--;
    sparedSlabs = Math.min(sparedSlabs, emptySlabs);
  }

  private void giveBackEmpty(SharedSlab slab) {
    lessEmpty();
    freeChunks -= slab.span().bytes() / Pools.CHUNK_BYTES;
    directory.delete(slab);
    blocks.delete(slab.firstBlock);
    pool.release(slab);
  }

  /**
   * Gives empty slabs back, the highest first, as long as more than so many are left; {@return how
   * many bytes}
   */
  long trim(int keep) {
    if (keep == 0) {
      emptyBins();
    }
    return giveBack(keep, Integer.MAX_VALUE);
  }

  private long giveBack(int keep, int most) {
    long bytes = 0;
    int left = isOpen() ? most : 0;
    for (int slot = directory.count() - 1; slot >= 0 && directory.count() > keep; slot--) {
      SharedSlab slab = directory.slab(slot);
      if (slab.isEmpty() && left-- > 0) {
        bytes += slab.span().bytes();
        changing = true;
        giveBackEmpty(slab);
        changing = false;
      }
    }
    return bytes;
  }

  /**
   * Lets memory follow its use: of empty slabs, as many as were not needed since this was called
   * last go back, and others give up pages. The only slab stays whole: to split its huge page would
   * save little and slow down all that there is.
   *
   * @param keep so many slabs stay, empty or not
   * @param quiet whether hardly anything came or went meanwhile
   */
  void thin(int keep, boolean quiet) {
    if (!isOpen()) {
      return;
    }
    if (quiet && emptyBins()) {
      // Hardly anything was placed meanwhile: what only the bins kept was not needed.
      sparedSlabs = emptySlabs;
    }
    giveBack(keep, sparedSlabs);
    sparedSlabs = emptySlabs;
    for (int slot = 0; slot < directory.count() && directory.count() > 1; slot++) {
      changing = true;
      directory.slab(slot).thin(quiet);
      changing = false;
    }
  }

  void addUses(List<SlabUse> uses) {
    emptyBins();
    for (int slot = 0; slot < directory.count(); slot++) {
      uses.add(directory.slab(slot).use());
    }
  }

  void addTenants(List<Tenant> tenants) {
    for (int slot = 0; slot < directory.count(); slot++) {
      directory.slab(slot).addTenants(tenants);
    }
  }
}
