package org.jitalloc.core.pack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.ArrayList;
import java.util.List;
import org.jitalloc.arch.AddressRange;
import org.jitalloc.arch.PageProtection;
import org.jitalloc.core.pack.PlaceModel.Spot;
import org.jitalloc.test.support.RandomValues;
import org.jitalloc.test.support.Seeded;

/** Random histories against {@link PlaceModel}, with all invariants checked after every step. */
class PoolsModelTest {
  private static final long MIB = 1 << 20;
  private static final long PAGE = Pools.PAGE_BYTES;

  enum Kind {
    PLACE,
    RETIRE,
    RECYCLE,
    FREE,
    REFUSED,
    TRIM,
    THIN
  }

  /** One step; which numbers count depends on the kind. */
  record Step(Kind kind, long bytes, long align, boolean pages, int zone, int pick, long window) {}

  /** Ranges: the fallback overlaps the range, touches it, or is elsewhere. */
  record Area(AddressRange range, AddressRange fallback) {}

  private static Area area(RandomValues values) {
    long base =
        values.oneOf(0x10000L, 0x7fff_fff0_0000L, 0x7fff_ffff_ff80_0000L, 0xffff_ffff_fe00_0000L);
    long offset = values.longIn(0, 1100);
    long length = values.longIn(1, 2048);
    long offset2 = values.longIn(0, 1100);
    long length2 = values.longIn(1, 2048);
    return new Area(
        range(base + offset * PAGE, length * PAGE),
        range(base + offset2 * PAGE + (length2 % 3) * 4 * MIB, length2 * PAGE));
  }

  private static AddressRange range(long start, long bytes) {
    long end = start + bytes;
    return new AddressRange(start, Long.compareUnsigned(end, start) < 0 ? -1 : end);
  }

  private static List<Step> history(RandomValues values) {
    return values.list(1, 150, () -> step(values));
  }

  private static Step step(RandomValues values) {
    return new Step(
        kind(values),
        bytes(values),
        align(values),
        values.weighted(4, 1) == 1,
        values.intIn(0, 1),
        (int) values.uniform(0, 1 << 20),
        values.weighted(3, 1) == 0 ? 0 : values.uniform(1, 4 * MIB));
  }

  private static Kind kind(RandomValues values) {
    return switch (values.weighted(10, 2, 2, 4, 2)) {
      case 0 -> Kind.PLACE;
      case 1 -> Kind.RETIRE;
      case 2 -> Kind.RECYCLE;
      case 3 -> Kind.FREE;
      default -> values.oneOf(Kind.REFUSED, Kind.TRIM, Kind.THIN);
    };
  }

  private static long bytes(RandomValues values) {
    return switch (values.weighted(6, 3, 3, 1, 2)) {
      case 0 -> values.longIn(1, 2000);
      case 1 -> values.longIn(1, 400_000);
      case 2 -> values.longIn(1, 2 * MIB);
      case 3 -> values.oneOf(64L, PAGE, MIB, 2 * MIB - 64, 2 * MIB, 2 * MIB + 1);
      default -> values.longIn(2 * MIB, 8 * MIB);
    };
  }

  private static long align(RandomValues values) {
    return values.weighted(6, 2) == 0 ? values.oneOf(1L, 16L, 64L) : 1L << values.intIn(0, 22);
  }

  /** A space with two zones on one range, and what the model knows of it. */
  private static final class World {
    final FakePages pages = new FakePages();
    final Pools pools = new Pools(pages, 1);
    final PlaceModel model = new PlaceModel();
    final Area area;
    final List<Long> places = new ArrayList<>();
    final Zone[] zones;

    World(Area area) {
      this.area = area;
      zones =
          new Zone[] {
            pools.zone(area.range, area.fallback, PageProtection.ROX),
            pools.zone(area.range, null, PageProtection.RW)
          };
    }

    Pool pool(AddressRange range, PageProtection protection) {
      for (Pool pool : pools.all()) {
        if (pool.range().equals(Ranges.inner(range, PAGE))
            && pool.shards()[0].protection() == protection) {
          return pool;
        }
      }
      throw new AssertionError("no such pool");
    }

    void check() {
      Invariants.check(pools);
      pages.check(pools.slabs());
    }

    void step(Step step) {
      switch (step.kind) {
        case PLACE -> place(step);
        case RETIRE -> pick(step, false).forEach(this::retire);
        case RECYCLE -> recycleAll();
        case FREE -> {
          pick(step, false).forEach(this::retire);
          recycleAll();
        }
        case REFUSED -> refused(step);
        case TRIM -> pools.trim(step.pick & 1);
        case THIN -> pools.thin(step.pick >> 1 & 1, (step.pick & 1) == 0);
      }
      check();
      for (Spot spot : model.list()) {
        assertTrue(pages.isThere(spot.address(), spot.spanBytes()), "a span has its memory");
      }
      for (Spot spot : pickAny(step)) {
        model.checkFind(pools, spot.address() + step.bytes % spot.spanBytes());
        model.checkFind(pools, spot.address() - 1);
        model.checkFind(pools, spot.address() + spot.spanBytes());
      }
      model.checkFind(pools, area.range.start() + step.pick * 977L);
    }

    void place(Step step) {
      AddressRange window =
          step.window == 0
              ? null
              : range(area.range.start() + (step.pick - (1 << 17)) * 8L, step.window);
      long unit = step.pages ? PAGE : 1;
      PlacementConstraint wish = PlacementConstraint.of(step.bytes, step.align, unit, window);
      boolean text = step.zone == 0;
      var protection = text ? PageProtection.ROX : PageProtection.RW;
      boolean first = model.possible(pool(area.range, protection), wish);
      boolean second = text && model.possible(pool(area.fallback, protection), wish);
      var spot = new Spot(wish);
      NoSpace left = zones[step.zone].place(spot, step.align, unit, window);
      if (left == null) {
        assertTrue(
            first
                ? PlaceModel.isIn(area.range, spot)
                : second && PlaceModel.isIn(area.fallback, spot),
            "range first, then fallback");
        places.add(spot.address());
        model.add(spot);
      } else {
        assertFalse(first || second, "a place exists");
        assertTrue(left.largestFreeBytes() <= left.freeBytes(), "largest of " + left);
        places.add(-1L);
      }
    }

    void retire(Spot spot) {
      Retired batch = pools.retire(spot);
      spot.retired = true;
      assertEquals(1, spot.gone, "told once");
      if (batch != null) {
        recycle(batch);
      }
      assertThrows(IllegalArgumentException.class, () -> pools.retire(spot), "retired twice");
    }

    void recycleAll() {
      pools.takeRetired(this::recycle);
    }

    private void recycle(Retired batch) {
      batch.recycle(
          tenant -> {
            assertTrue(((Spot) tenant).retired);
            model.spots.remove(tenant.address());
            return true;
          });
      batch.recycle(_ -> fail("recycled twice"));
    }

    /** An owner without a place cannot give it up, and a refused owner leaves nothing behind. */
    void refused(Step step) {
      PlacementConstraint wish = PlacementConstraint.of(step.bytes, step.align, 1, null);
      assertThrows(IllegalArgumentException.class, () -> pools.retire(new Spot(wish)));
      SpanOwner refusing =
          new SpanOwner(step.bytes) {
            @Override
            protected void admit(int shard) {
              throw new IllegalStateException("refused");
            }

            @Override
            protected void refund(int shard) {
              fail("paid nothing");
            }

            @Override
            protected void placed(int shard) {
              fail("was not admitted");
            }

            @Override
            protected void retired(int shard) {
              fail("was never placed");
            }
          };
      try {
        zones[step.zone].place(refusing, step.align, 1, null);
      } catch (IllegalStateException refused) {
        model.checkFind(pools, refusing.address());
      }
      assertThrows(IllegalArgumentException.class, () -> pools.retire(refusing));
    }

    List<Spot> pick(Step step, boolean retired) {
      return pick(step, model.list().stream().filter(spot -> spot.retired == retired).toList());
    }

    List<Spot> pickAny(Step step) {
      return pick(step, model.list());
    }

    private static List<Spot> pick(Step step, List<Spot> from) {
      return from.isEmpty() ? List.of() : List.of(from.get(step.pick % from.size()));
    }

    /** When all is gone, the range is one place again. */
    void end() {
      for (Spot spot : model.list()) {
        if (!spot.retired) {
          retire(spot);
        }
        check();
      }
      recycleAll();
      check();
      AddressRange whole = pool(area.range, PageProtection.RW).range();
      var all = new Spot(PlacementConstraint.of(whole.bytes(), 1, 1, null));
      assertNull(zones[1].place(all, 1, 1, null), "all of the range");
      check();
    }
  }

  @Seeded
  void anyHistory_agreesWithModel(RandomValues values) {
    var world = new World(area(values));
    history(values).forEach(world::step);
    world.end();
  }

  @Seeded(tries = 50)
  void sameHistory_samePlaces(RandomValues values) {
    Area area = area(values);
    List<Step> history = history(values);
    var one = new World(area);
    var two = new World(area);
    history.forEach(one::step);
    history.forEach(two::step);
    assertEquals(one.places, two.places);
  }
}
