package org.jitalloc.core.pack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jitalloc.arch.AddressRange;
import org.jitalloc.arch.PageProtection;
import org.jitalloc.core.pack.PlaceModel.Spot;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Who begins with a chunk, alone in a group of 64 or beside others, in few groups or in many. */
class StartTableTest {
  private static final long BASE = 0xffff_ffff_c000_0000L;

  private final Pools pools = new Pools(new FakePages(), 1);
  private final Zone zone =
      pools.zone(new AddressRange(BASE, BASE + (8 << 20)), null, PageProtection.ROX);
  private final StartTable tenants = new StartTable(256);

  /** A tenant of one chunk: the first, the second, and so on. */
  private Spot next() {
    var spot = new Spot(new PlacementConstraint(64, 64, 64, null));
    assertNull(zone.place(spot, 64, 64, null));
    return spot;
  }

  private static int chunk(SpanOwner tenant) {
    return (int) ((tenant.address() - BASE) / Pools.CHUNK_BYTES);
  }

  private void set(SpanOwner tenant) {
    tenants.set(chunk(tenant), tenant);
  }

  @Test
  void several_areFoundEachByItsOwnChunk() {
    Spot first = next();
    Spot second = next();
    Spot third = next();
    set(first);
    assertSame(first, tenants.get(chunk(first)));
    set(third);
    set(second);
    assertSame(first, tenants.get(chunk(first)));
    assertSame(second, tenants.get(chunk(second)));
    assertSame(third, tenants.get(chunk(third)));
    assertNull(tenants.get(chunk(third) + 1));
  }

  @Test
  void theNextWithAChunk_replacesTheFormerOne() {
    Spot former = next();
    Spot other = next();
    pools.retire(former);
    pools.takeRetired(batch -> batch.recycle(_ -> true));
    Spot successor = next();
    assertEquals(former.address(), successor.address());
    for (SpanOwner tenant : List.of(former, successor, other, former, successor)) {
      set(tenant);
      assertSame(tenant, tenants.get(chunk(tenant)));
    }
    assertSame(other, tenants.get(chunk(other)));
  }

  @Test
  void oneWhoIsGoneOfTwo_leavesTheOther_andTheLastNothing() {
    Spot first = next();
    Spot second = next();
    set(first);
    set(second);
    tenants.clear(chunk(first), false);
    assertNull(tenants.get(chunk(first)));
    assertSame(second, tenants.get(chunk(second)));
    tenants.clear(chunk(second), true);
    for (int chunk = 0; chunk < 64; chunk++) {
      assertNull(tenants.get(chunk), "nothing keeps him from being collected");
    }
  }

  @Test
  void whoNeverCameIn_takesNothingFromHimWhoIsAlone() {
    Spot alone = next();
    Spot refused = next();
    set(alone);
    tenants.clear(chunk(refused), false);
    assertSame(alone, tenants.get(chunk(alone)));
  }

  @Test
  void wherePairsAreInManyGroups_eachHasAPlaceOfHisOwn() {
    List<Spot> spots = new ArrayList<>();
    for (int chunk = 0; chunk < 256; chunk++) {
      spots.add(next());
    }
    List<Spot> pairs = IntStream.of(0, 5, 130, 64, 127, 65, 255).mapToObj(spots::get).toList();
    for (int count = 1; count <= pairs.size(); count++) {
      set(pairs.get(count - 1));
      for (Spot spot : spots) {
        assertSame(pairs.subList(0, count).contains(spot) ? spot : null, atExactly(spot));
      }
    }
    tenants.clear(5, false);
    tenants.clear(130, true);
    assertNull(tenants.get(5));
    assertNull(tenants.get(130));
    assertSame(pairs.getFirst(), tenants.get(0));
  }

  /** The owner at a start; a sole owner of a group is the answer for the whole group. */
  private @Nullable SpanOwner atExactly(Spot spot) {
    SpanOwner there = tenants.get(chunk(spot));
    return there != null && there.address() == spot.address() ? there : null;
  }

  @Test
  void groups_doNotTouchEachOther() {
    Spot first = next();
    set(first);
    assertNull(tenants.get(chunk(first) + 64));
    tenants.clear(chunk(first) + 64, true);
    assertSame(first, tenants.get(chunk(first)));
  }
}
