package org.jitalloc.core.pack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jitalloc.arch.AddressRange;

/**
 * The naive allocator that the real one is compared with: a sorted map of spans. It does not say
 * where a span has to be, but whether a place is right and whether one exists.
 */
final class PlaceModel {
  /** A span that is not recycled. */
  static final class Spot extends SpanOwner {
    final PlacementConstraint wish;
    boolean retired;
    int admitted;
    int placed;
    int gone;

    Spot(PlacementConstraint wish) {
      super(wish.bytes());
      this.wish = wish;
    }

    @Override
    protected void admit(int shard) {
      admitted++;
    }

    @Override
    protected void refund(int shard) {
      admitted--;
    }

    @Override
    protected void placed(int shard) {
      placed++;
    }

    @Override
    protected void retired(int shard) {
      if (gone > 0) {
        throw new IllegalArgumentException("gave it up before");
      }
      gone++;
    }

    boolean covers(long where) {
      return Long.compareUnsigned(where - address(), spanBytes()) < 0;
    }
  }

  final TreeMap<Long, Spot> spots = new TreeMap<>(Long::compareUnsigned);

  void add(Spot spot) {
    PlacementConstraint wish = spot.wish;
    long last = spot.address() + wish.spanBytes() - 1;
    assertEquals(1, spot.admitted, "paid for once");
    assertEquals(1, spot.placed, "told once");
    assertTrue(spot.spanBytes() >= wish.bytes());
    assertEquals(0, spot.address() & wish.alignBytes() - 1, "aligned");
    var before = spots.floorEntry(spot.address());
    assertTrue(before == null || !before.getValue().covers(spot.address()), "overlaps");
    var behind = spots.ceilingEntry(spot.address());
    assertTrue(behind == null || !spot.covers(behind.getKey()), "overlaps");
    if (wish.window() != null) {
      assertTrue(wish.window().contains(spot.address()), "in window");
      assertTrue(wish.window().contains(last), "in window");
    }
    spots.put(spot.address(), spot);
  }

  List<Spot> list() {
    return new ArrayList<>(spots.values());
  }

  /** Compares what is found at an address. */
  void checkFind(Pools pools, long where) {
    var entry = spots.floorEntry(where);
    Spot spot = entry == null || !entry.getValue().covers(where) ? null : entry.getValue();
    if (spot != null && !spot.retired) {
      assertSame(spot, pools.find(where));
    } else {
      assertNull(pools.find(where));
    }
  }

  static boolean isIn(AddressRange range, Spot spot) {
    return range.contains(spot.address()) && range.contains(spot.address() + spot.spanBytes() - 1);
  }

  /** Whether the pool has a place, if no empty slabs are kept. */
  boolean possible(Pool pool, PlacementConstraint wish) {
    AddressRange area =
        wish.window() == null ? pool.range() : Ranges.intersect(pool.range(), wish.window());
    return area != null
        && ((wish.fitsShared() && possibleShared(pool, area, wish)) || possibleRun(area, wish));
  }

  private boolean possibleShared(Pool pool, AddressRange area, PlacementConstraint wish) {
    for (long g = AddressSpaceMap.granule(area.start());
        g <= AddressSpaceMap.granule(area.end() - 1);
        g++) {
      long from = Ranges.max(area.start(), g << 21);
      boolean lastOfAll = (g + 1) << 21 == 0;
      long to = lastOfAll ? area.end() : Ranges.min(area.end(), (g + 1) << 21);
      boolean usable = true;
      for (Spot spot : inGranule(g)) {
        usable &=
            spot.slab instanceof SharedSlab slab && List.of(pool.shards()).contains(slab.keeper);
      }
      if (!usable) {
        continue;
      }
      for (Spot spot : inGranule(g)) {
        if (Long.compareUnsigned(spot.address(), from) >= 0
            && Ranges.fits(
                from, Ranges.min(spot.address(), to), wish.spanBytes(), wish.alignBytes())) {
          return true;
        }
        from = Ranges.max(from, spot.address() + spot.spanBytes());
      }
      if (Ranges.fits(from, to, wish.spanBytes(), wish.alignBytes())) {
        return true;
      }
    }
    return false;
  }

  private boolean possibleRun(AddressRange area, PlacementConstraint wish) {
    AddressRange pages = Ranges.inner(area, Pools.PAGE_BYTES);
    if (pages == null || wish.spanBytes() > pages.bytes()) {
      return false;
    }
    long bytes = Ranges.alignUp(wish.spanBytes(), Pools.PAGE_BYTES);
    long align = Math.max(wish.alignBytes(), Pools.PAGE_BYTES);
    long start = Ranges.alignUp(pages.start(), align);
    while (Ranges.fits(start, pages.end(), bytes, align)) {
      boolean free = true;
      for (long g = AddressSpaceMap.granule(start);
          g <= AddressSpaceMap.granule(start + bytes - 1);
          g++) {
        free &= inGranule(g).isEmpty();
      }
      if (free) {
        return true;
      }
      start += align;
    }
    return false;
  }

  private List<Spot> inGranule(long granule) {
    List<Spot> found = new ArrayList<>();
    for (Spot spot : spots.values()) {
      long last = AddressSpaceMap.granule(spot.address() + spot.spanBytes() - 1);
      if (AddressSpaceMap.granule(spot.address()) <= granule && granule <= last) {
        found.add(spot);
      }
    }
    return found;
  }
}
