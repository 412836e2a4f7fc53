package org.jitalloc.core.pack;

import java.util.List;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jitalloc.Span;
import org.jitalloc.arch.AddressRange;
import org.jitalloc.arch.PageProtection;
import org.jitalloc.core.pack.Placement.Fit;
import org.jspecify.annotations.Nullable;

/** The slabs of one range and protection. */
final class Pool {
  /*
   * Policy: good fit. The least size class all of whose blocks are long enough, in it the slab with
   * the lowest address, in it the block that was freed last; so the work is a few bit searches, high
   * slabs run empty, and equal calls give equal places. A span that needs alignment looks for its
   * length plus the most that aligning can cost. Blocks that only may be long enough are tried a
   * little (PROBES) before a new slab is taken, and all of them when there is none: a place that
   * exists is found, and only an exhausted range pays for that.
   *
   * New slabs are whole granules first, from the low end (they can be huge pages), then what the
   * range has of the granules at its edges. Spans longer than a slab get a run of their own: they
   * could not share anyway. Spans up to a whole slab do share, for the rest of the slab is room for
   * hundreds of others.
   *
   * One empty slab is kept, so that a span that comes and goes does not map and unmap; others are
   * given back at once, and that one too when any range has no room (Zone).
   *
   * Locking: `lock` guards everything here and in the slabs; within it only the monitors of Granules
   * and SlabTable are taken, and SlabSource is called. Zone never holds two of these locks.
   */
  private static final int PROBES = 32;
  private static final int KEPT_EMPTY = 1;

  final Object lock = new Object();
  final Directory directory = new Directory();

  /** The spans with slabs of their own, by address. */
  final TreeMap<Long, RunSlab> runs = new TreeMap<>(Long::compareUnsigned);

  int emptySlabs;

  private final Pools owner;
  private final AddressRange range;
  private final PageProtection protection;

  Pool(Pools owner, AddressRange range, PageProtection protection) {
    AddressRange pages = Ranges.inner(range, Pools.PAGE_BYTES);
    if (pages == null) {
      throw new IllegalArgumentException("range holds no whole page: " + range);
    }
    this.owner = owner;
    this.range = pages;
    this.protection = protection;
  }

  PageProtection protection() {
    return protection;
  }

  /** {@return its range, in whole pages} */
  AddressRange range() {
    return range;
  }

  /** {@return a place, or null if there is none} */
  @Nullable Fit place(Wish wish) {
    AddressRange window = wish.window();
    AddressRange area = window == null ? range : Ranges.intersect(range, window);
    if (area == null) {
      return null;
    }
    synchronized (lock) {
      Fit fit = wish.fitsShared() ? placeShared(wish, area) : null;
      return fit != null ? fit : placeRun(wish, area);
    }
  }

  private @Nullable Fit placeShared(Wish wish, AddressRange area) {
    Fit fit = placeQuickly(wish, area);
    if (fit == null) {
      fit = search(wish, area, PROBES);
    }
    if (fit == null) {
      fit = grow(wish, area);
    }
    return fit != null ? fit : search(wish, area, Integer.MAX_VALUE);
  }

  private @Nullable Fit placeQuickly(Wish wish, AddressRange area) {
    boolean anywhere = wish.window() == null;
    int from = anywhere ? 0 : directory.firstStartingAt(area.start());
    int to = anywhere ? directory.count() : slabsEndingBy(area.end());
    int sizeClass = SizeClass.allAtLeast(wish.chunks() + wish.alignChunks() - 1);
    while ((sizeClass = directory.nextClass(sizeClass)) != Directory.NONE) {
      int slot = directory.nextSlot(sizeClass, from, to);
      if (slot != Directory.NONE) {
        SharedSlab slab = directory.slab(slot);
        int block = slab.free.first(sizeClass);
        int at = block + wish.alignChunks() - 1 & -wish.alignChunks();
        return take(slab, block, at, wish);
      }
      sizeClass++;
    }
    return null;
  }

  private int slabsEndingBy(long address) {
    int slot = directory.firstStartingAt(address);
    if (slot > 0) {
      Span last = directory.slab(slot - 1).span();
      return Long.compareUnsigned(last.start() + last.bytes(), address) > 0 ? slot - 1 : slot;
    }
    return 0;
  }

  /** Looks at blocks one by one, the shortest classes first. */
  private @Nullable Fit search(Wish wish, AddressRange area, int most) {
    int left = most;
    int from = directory.firstEndingAbove(area.start());
    int to = directory.firstStartingAt(area.end());
    int sizeClass = SizeClass.of(wish.chunks());
    while ((sizeClass = directory.nextClass(sizeClass)) != Directory.NONE) {
      int slot = from - 1;
      while ((slot = directory.nextSlot(sizeClass, slot + 1, to)) != Directory.NONE) {
        SharedSlab slab = directory.slab(slot);
        for (int b = slab.free.first(sizeClass); b != FreeBlocks.NONE; b = slab.free.next(b)) {
          if (left-- == 0) {
            return null;
          }
          Fit fit = takeIfFits(slab, b, wish, area);
          if (fit != null) {
            return fit;
          }
        }
      }
      sizeClass++;
    }
    return null;
  }

  private @Nullable Fit takeIfFits(SharedSlab slab, int block, Wish wish, AddressRange area) {
    long start = Ranges.max(slab.address(block), area.start());
    long end = Ranges.min(slab.address(block + slab.length(block)), area.end());
    return Ranges.fits(start, end, wish.spanBytes(), wish.alignBytes())
        ? take(slab, block, slab.chunk(Ranges.alignUp(start, wish.alignBytes())), wish)
        : null;
  }

  private Fit take(SharedSlab slab, int block, int at, Wish wish) {
    if (slab.isEmpty()) {
      emptySlabs--;
    }
    slab.take(block, at, wish.chunks(), wish.bytes());
    return new Fit(slab.address(at), wish.spanBytes(), slab);
  }

  /** Takes another slab that has a place, and the place. */
  private @Nullable Fit grow(Wish wish, AddressRange area) {
    AddressRange whole = Ranges.inner(area, Pools.SLAB_BYTES);
    SharedSlab slab = whole == null ? null : newSlab(whole, Pools.SLAB_BYTES, Pools.SLAB_BYTES);
    if (slab == null) {
      slab = edgeSlab(wish, area, area.start());
    }
    if (slab == null) {
      slab = edgeSlab(wish, area, area.end() - 1);
    }
    return slab == null ? null : takeIfFits(slab, slab.chunk(slab.span().start()), wish, area);
  }

  /** Takes what the range has of the granule of an address, if there is a place in it. */
  private @Nullable SharedSlab edgeSlab(Wish wish, AddressRange area, long address) {
    long base = address & -Pools.SLAB_BYTES;
    // The last granule of all ends at 2^64, which no range reaches.
    long end = base == -Pools.SLAB_BYTES ? -1 : base + Pools.SLAB_BYTES;
    AddressRange granule = new AddressRange(base, end);
    AddressRange slab = Ranges.intersect(range, granule);
    AddressRange usable = Ranges.intersect(area, granule);
    return slab != null
            && usable != null
            && Ranges.fits(usable.start(), usable.end(), wish.spanBytes(), wish.alignBytes())
        ? newSlab(slab, slab.bytes(), Pools.PAGE_BYTES)
        : null;
  }

  private @Nullable SharedSlab newSlab(AddressRange where, long bytes, long alignBytes) {
    OptionalLong start = owner.acquire(where, bytes, alignBytes, protection);
    if (start.isEmpty()) {
      return null;
    }
    SharedSlab slab = new SharedSlab(this, new Span(start.getAsLong(), bytes));
    directory.insert(slab);
    emptySlabs++;
    owner.publish(slab);
    return slab;
  }

  private @Nullable Fit placeRun(Wish wish, AddressRange area) {
    AddressRange pages = Ranges.inner(area, Pools.PAGE_BYTES);
    if (pages == null || Long.compareUnsigned(wish.spanBytes(), pages.bytes()) > 0) {
      return null;
    }
    long bytes = Ranges.alignUp(wish.spanBytes(), Pools.PAGE_BYTES);
    long align = Math.max(wish.alignBytes(), Pools.PAGE_BYTES);
    OptionalLong start = owner.acquire(pages, bytes, align, protection);
    if (start.isEmpty()) {
      return null;
    }
    RunSlab run = new RunSlab(this, new Span(start.getAsLong(), bytes), wish.bytes());
    runs.put(start.getAsLong(), run);
    owner.publish(run);
    return new Fit(start.getAsLong(), bytes, run);
  }

  void emptied(SharedSlab slab) {
    emptySlabs++;
    if (emptySlabs > KEPT_EMPTY) {
      giveBackEmpty(slab);
    }
  }

  private void giveBackEmpty(SharedSlab slab) {
    emptySlabs--;
    directory.delete(slab);
    owner.release(slab);
  }

  void giveBack(RunSlab run) {
    runs.remove(run.span().start());
    owner.release(run);
  }

  /** Gives empty slabs back; {@return how many bytes} */
  long trim() {
    synchronized (lock) {
      long bytes = 0;
      for (SharedSlab slab = directory.firstEmpty(); slab != null; slab = directory.firstEmpty()) {
        bytes += slab.span().bytes();
        giveBackEmpty(slab);
      }
      return bytes;
    }
  }

  void addUses(List<SlabUse> uses) {
    synchronized (lock) {
      for (int slot = 0; slot < directory.count(); slot++) {
        uses.add(directory.slab(slot).use());
      }
      runs.values().forEach(run -> uses.add(run.use()));
    }
  }

  void addTenants(List<Object> tenants) {
    synchronized (lock) {
      for (int slot = 0; slot < directory.count(); slot++) {
        directory.slab(slot).addTenants(tenants);
      }
      runs.values().forEach(run -> run.addTenants(tenants));
    }
  }
}
