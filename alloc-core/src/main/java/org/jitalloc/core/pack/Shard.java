package org.jitalloc.core.pack;

import java.util.List;
import java.util.TreeMap;
import org.jitalloc.Span;
import org.jitalloc.arch.AddressRange;
import org.jitalloc.arch.PageProtection;
import org.jspecify.annotations.Nullable;

/** Slabs of a pool that one lock guards. */
final class Shard implements SlabKeeper {
  /*
   * Policy: two-level segregated fit, in the slab with the lowest address that has a place. In the
   * slab a good fit is taken: the least size class whose blocks are all long enough, in it the
   * block that was freed last; before that, a few blocks of the class of just that length. So the
   * work is a few bit searches, high slabs run empty, and equal calls give equal places. A span
   * with an alignment searches its length plus the most that alignment can cost. Slabs whose blocks
   * may be long enough are probed a little (SLABS_PROBED, PROBES) before a new slab is taken, and
   * fully when there is none: a place that exists is found, and only an exhausted range pays for
   * that.
   *
   * Before all that, a short span without constraints takes a place of its own length from the
   * bins. The bins are drained into the free lists before a slab is taken for want of room, and on
   * request.
   *
   * New slabs are whole granules first, from the low end (they can be huge pages), then the parts
   * of the granules at the edges of the range. Empty slabs are kept, since the system may have to
   * compact memory to find another huge page. At the end of each period of a few seconds (thin), as
   * many are given back as were empty throughout the period. At most MOST_EMPTY are kept, none that
   * is in pieces, and none when any range has no room (Zone).
   *
   * Partly empty slabs give back pages (PageReclaimer) at the end of a period.
   *
   * Retired spans are collected and handed out in batches, and recycled after one grace period for
   * all.
   *
   * Locking: `lock` guards everything here and in the slabs, and the counters of owners by `index`.
   * Under it only the monitors of AddressSpaceMap and SlabTable are taken, SlabSource is called,
   * and owners are called. No thread holds two of these locks.
   */
  private static final int PROBES = 32;
  private static final int SLABS_PROBED = 8;
  private static final int MOST_EMPTY = 8;

  /** Its number among all shards of {@link Pools}. */
  private final int index;

  private final SlabMemory memory;
  private final AddressRange range;
  private final PageProtection protection;

  /** Its note is the low bits of the number of the thread that placed here last. */
  final SpinLock lock = new SpinLock();

  final Directory directory = new Directory();
  final Blocks blocks = new Blocks();
  final Bins bins = new Bins();

  /** The slabs for one span each, by address. Only the first shard of a pool has any. */
  final TreeMap<Long, RunSlab> runs = new TreeMap<>(Long::compareUnsigned);

  /** The free chunks of its slabs, without the places in the bins. */
  private long freeChunks;

  private Retired limbo = new Retired(this);

  /** Batches that were handed out and put back. */
  private @Nullable Retired returned;

  /** An empty batch, to be the next one. */
  private @Nullable Retired spare;

  /** Whether a change has begun that has to be completed. */
  private boolean changing;

  /** The reason why the shard is not used any more; null while it is used. */
  private @Nullable String breakage;

  /** Whether the source is closed, or is about to be. */
  private boolean closed;

  private int emptySlabs;

  /** The least number of empty slabs at any time of this period. */
  private int sparedSlabs;

  /**
   * Makes a shard without slabs.
   *
   * @param range the range of its slabs, in whole pages
   * @param protection the permissions of their pages
   * @param index its number among all shards
   */
  Shard(SlabMemory memory, AddressRange range, PageProtection protection, int index) {
    this.memory = memory;
    this.range = range;
    this.protection = protection;
    this.index = index;
  }

  @Override
  public int index() {
    return index;
  }

  @Override
  public PageProtection protection() {
    return protection;
  }

  @Override
  public SlabSource source() {
    return memory.source();
  }

  @Override
  public void report(RuntimeException failure) {
    memory.report(failure);
  }

  @Override
  public void greatestClassChanged(SharedSlab slab) {
    directory.note(slab);
  }

  @Override
  public void addFreeChunks(int chunks) {
    freeChunks += chunks;
  }

  long freeChunks() {
    return freeChunks;
  }

  int emptySlabs() {
    return emptySlabs;
  }

  int sparedSlabs() {
    return sparedSlabs;
  }

  /** An attempt to place a span in a shard whose lock is held; {@return whether it succeeded} */
  interface Attempt {
    boolean in(Shard shard);
  }

  /** Places a span, if the shard is open and the owner is admitted. The lock is held. */
  boolean placeAdmitted(SpanOwner owner, Attempt attempt) {
    if (breakage != null) {
      return false;
    }
    owner.admit(index);
    boolean placed = false;
    try {
      placed = attempt.in(this);
    } finally {
      if (!placed) {
        owner.refund(index);
      }
    }
    return placed;
  }

  /** As {@link #placeAdmitted(SpanOwner, Attempt)}, for a span without constraints. */
  boolean placeAdmitted(SpanOwner owner, int chunks) {
    if (breakage != null) {
      return false;
    }
    owner.admit(index);
    boolean placed = false;
    try {
      placed = place(owner, chunks);
    } finally {
      if (!placed) {
        owner.refund(index);
      }
    }
    return placed;
  }

  /** Releases the lock. A change that was not completed breaks the shard. */
  void release() {
    if (changing) {
      changing = false;
      breakage = "a change that an error ended in the middle";
      memory.report(new IllegalStateException("%s is broken by %s".formatted(this, breakage)));
    }
    lock.release();
  }

  boolean isBroken() {
    return breakage != null;
  }

  /** Stops all changes: the source is about to be closed. The lock is held. */
  void close() {
    closed = true;
  }

  /** {@return whether slabs may be taken and given back} */
  boolean isOpen() {
    return !closed && breakage == null;
  }

  @Override
  public String toString() {
    return "shard %d of %s %s".formatted(index, protection, range);
  }

  /** Places a span without constraints; {@return whether there is a place} */
  boolean place(SpanOwner owner, int chunks) {
    if (chunks <= Bins.LONGEST && bins.has(chunks)) {
      changing = true;
      bins.pop(chunks, owner);
      changing = false;
      return true;
    }
    int sizeClass = SizeClass.of(chunks);
    int left = SLABS_PROBED;
    for (int slot = 0; (slot = directory.first(sizeClass, slot)) != Directory.NONE; slot++) {
      SharedSlab slab = directory.slab(slot);
      int block = slab.fit(chunks);
      if (block != Blocks.NONE) {
        take(slab, block, blocks.start(block), chunks, owner);
        return true;
      }
      if (--left == 0) {
        sizeClass = SizeClass.allAtLeast(chunks);
      }
    }
    return false;
  }

  /** As {@link #place(SpanOwner, int)}, for any constraint, in a part of the range. */
  boolean place(SpanOwner owner, PlacementConstraint constraint, AddressRange area) {
    if (placeQuickly(owner, constraint, area)) {
      return true;
    }
    return drainBins() && placeQuickly(owner, constraint, area)
        || search(owner, constraint, area, PROBES);
  }

  private boolean placeQuickly(SpanOwner owner, PlacementConstraint constraint, AddressRange area) {
    boolean anywhere = constraint.window() == null;
    int from = anywhere ? 0 : directory.firstStartingAt(area.start());
    int to = anywhere ? directory.count() : slabsEndingBy(area.end());
    int sizeClass = SizeClass.allAtLeast(constraint.chunks() + constraint.alignChunks() - 1);
    int slot = sizeClass < SizeClass.COUNT ? directory.first(sizeClass, from) : Directory.NONE;
    if (slot == Directory.NONE || slot >= to) {
      return false;
    }
    SharedSlab slab = directory.slab(slot);
    int block = slab.first(slab.nextClass(sizeClass));
    int at = blocks.start(block) + constraint.alignChunks() - 1 & -constraint.alignChunks();
    take(slab, block, at, constraint.chunks(), owner);
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

  /** As {@link #place(SpanOwner, PlacementConstraint, AddressRange)}, and searches all blocks. */
  boolean searchAll(SpanOwner owner, PlacementConstraint constraint, AddressRange area) {
    return search(owner, constraint, area, Integer.MAX_VALUE);
  }

  /** Tries blocks one by one, in each slab the shortest classes first. */
  private boolean search(
      SpanOwner owner, PlacementConstraint constraint, AddressRange area, int most) {
    int left = most;
    int least = SizeClass.of(constraint.chunks());
    int to = directory.firstStartingAt(area.end());
    int slot = directory.first(least, directory.firstEndingAbove(area.start()));
    while (slot != Directory.NONE && slot < to) {
      SharedSlab slab = directory.slab(slot);
      for (int c = slab.nextClass(least); c < SizeClass.COUNT; c = slab.nextClass(c + 1)) {
        for (int b = slab.first(c); b != Blocks.NONE; b = blocks.nextFree(b)) {
          if (left-- == 0) {
            return false;
          }
          if (takeIfFits(slab, b, owner, constraint, area)) {
            return true;
          }
        }
      }
      slot = directory.first(least, slot + 1);
    }
    return false;
  }

  private boolean takeIfFits(
      SharedSlab slab,
      int block,
      SpanOwner owner,
      PlacementConstraint constraint,
      AddressRange area) {
    long start = Ranges.max(slab.address(blocks.start(block)), area.start());
    long end = Ranges.min(slab.address(blocks.end(block)), area.end());
    if (!Ranges.fits(start, end, constraint.spanBytes(), constraint.alignBytes())) {
      return false;
    }
    int at = slab.chunk(Ranges.alignUp(start, constraint.alignBytes()));
    take(slab, block, at, constraint.chunks(), owner);
    return true;
  }

  private void take(SharedSlab slab, int block, int at, int chunks, SpanOwner owner) {
    if (!slab.pages.isCommitted()) {
      slab.pages.recommitAround(at, chunks);
    }
    blocks.reserve();
    slab.reserve(at);
    changing = true;
    if (slab.isEmpty()) {
      lessEmpty();
    }
    slab.setOwner(slab.take(block, at, chunks), at, chunks, owner);
    changing = false;
  }

  /** {@return whether more is free than a slab and the usual fragmentation} */
  boolean isRoomy() {
    long slabs = directory.count();
    return freeChunks > SharedSlab.CHUNKS + slabs * SharedSlab.CHUNKS / 4;
  }

  /** Takes a new slab, and places the span there. */
  boolean grow(SpanOwner owner, PlacementConstraint constraint, AddressRange area) {
    AddressRange whole = Ranges.inner(area, Pools.SLAB_BYTES);
    SharedSlab slab = whole == null ? null : newSlab(whole, Pools.SLAB_BYTES, Pools.SLAB_BYTES);
    if (slab == null) {
      slab = edgeSlab(constraint, area, area.start());
    }
    if (slab == null) {
      slab = edgeSlab(constraint, area, area.end() - 1);
    }
    return slab != null && takeIfFits(slab, slab.firstBlock, owner, constraint, area);
  }

  /** Takes the part of the range in the granule of an address, if the span fits there. */
  private @Nullable SharedSlab edgeSlab(
      PlacementConstraint constraint, AddressRange area, long address) {
    long base = address & -Pools.SLAB_BYTES;
    // The last granule of all ends at 2^64, which no range reaches.
    long end = base == -Pools.SLAB_BYTES ? -1 : base + Pools.SLAB_BYTES;
    var granule = new AddressRange(base, end);
    AddressRange slab = Ranges.intersect(range, granule);
    AddressRange usable = Ranges.intersect(area, granule);
    return slab != null
            && usable != null
            && Ranges.fits(
                usable.start(), usable.end(), constraint.spanBytes(), constraint.alignBytes())
        ? newSlab(slab, slab.bytes(), Pools.PAGE_BYTES)
        : null;
  }

  private @Nullable SharedSlab newSlab(AddressRange where, long bytes, long alignBytes) {
    if (closed) {
      return null;
    }
    blocks.reserve();
    directory.reserve();
    long start = memory.acquire(where, bytes, alignBytes, protection);
    if (start == SlabMemory.NOWHERE) {
      return null;
    }
    SharedSlab slab;
    try {
      slab = new SharedSlab(this, blocks, new Span(start, bytes));
      memory.publish(slab);
    } catch (Throwable failure) {
      memory.unacquire(start, bytes, protection, failure);
      throw failure;
    }
    changing = true;
    directory.insert(slab);
    emptySlabs++;
    freeChunks += bytes / Pools.CHUNK_BYTES;
    changing = false;
    return slab;
  }

  /** Places a span that is longer than a slab in a slab of its own. The lock is held. */
  boolean placeRun(SpanOwner owner, AddressRange pages, long bytes, long alignBytes) {
    long start =
        isOpen() ? memory.acquire(pages, bytes, alignBytes, protection) : SlabMemory.NOWHERE;
    if (start == SlabMemory.NOWHERE) {
      return false;
    }
    try {
      var run = new RunSlab(this, new Span(start, bytes));
      runs.put(start, run);
      memory.publish(run);
      run.setOwner(owner);
      return true;
    } catch (Throwable failure) {
      owner.slab = null;
      runs.remove(start);
      memory.unacquire(start, bytes, protection, failure);
      throw failure;
    }
  }

  private void giveBack(RunSlab run) {
    runs.remove(run.span().start());
    memory.release(run);
  }

  @Override
  public @Nullable Retired retire(SpanOwner owner) {
    lock.acquire();
    try {
      return retireLocked(owner);
    } finally {
      release();
    }
  }

  private @Nullable Retired retireLocked(SpanOwner owner) {
    limbo.reserve();
    if (spare == null) {
      spare = new Retired(this);
    }
    owner.retire(index);
    if (breakage != null) {
      return null;
    }
    limbo.add(owner);
    return limbo.isFull() ? takeRetired() : null;
  }

  /** {@return a waiting batch, full or not; null if there is none} The lock is held. */
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

  @Override
  public void putBack(Retired batch) {
    lock.acquire();
    try {
      batch.next = returned;
      returned = batch;
    } finally {
      release();
    }
  }

  @Override
  public void recycle(Retired batch, SpanOwner[] owners, int count) {
    lock.acquire();
    try {
      for (int i = 0; i < count && isOpen(); i++) {
        changing = true;
        switch (owners[i].slab) {
          case SharedSlab slab -> recycle(slab, owners[i]);
          case RunSlab run -> giveBack(run);
          case null -> throw new IllegalStateException("no place: " + owners[i]);
        }
        changing = false;
      }
      batch.empty();
      spare = batch;
    } finally {
      release();
    }
  }

  private void recycle(SharedSlab slab, SpanOwner former) {
    if (former.chunks() > Bins.LONGEST || !bins.push(slab, former)) {
      slab.recycle(former.block);
    }
  }

  /** Drains the bins into the free lists; {@return whether they held anything} */
  boolean drainBins() {
    if (bins.isEmpty() || !isOpen()) {
      return false;
    }
    changing = true;
    bins.drain();
    changing = false;
    return true;
  }

  @Override
  public void emptied(SharedSlab slab) {
    emptySlabs++;
    if (emptySlabs > MOST_EMPTY || slab.pages.isInPieces()) {
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
    memory.release(slab);
  }

  /**
   * Gives back empty slabs, the highest first, while more than a number of slabs are left. {@return
   * their length in bytes}
   */
  long trim(int keep) {
    if (keep == 0) {
      drainBins();
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
   * Ends a period: gives back the empty slabs that were not needed in it, and pages of the others.
   * A single slab stays whole: to split its huge page would save little and slow down all spans.
   *
   * @param keep this number of slabs stays, empty or not
   * @param quiet whether the period had few allocations and frees
   */
  void thin(int keep, boolean quiet) {
    if (!isOpen()) {
      return;
    }
    if (quiet && drainBins()) {
      // Few spans were placed in this period, so slabs that only the bins kept were not needed.
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
    drainBins();
    for (int slot = 0; slot < directory.count(); slot++) {
      uses.add(directory.slab(slot).use());
    }
    runs.values().forEach(run -> uses.add(run.use()));
  }

  void addOwners(List<SpanOwner> owners) {
    for (int slot = 0; slot < directory.count(); slot++) {
      directory.slab(slot).addOwners(owners);
    }
    runs.values().forEach(run -> run.addOwners(owners));
  }
}
