package org.jitalloc.core.pack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.jitalloc.arch.AddressRange;
import org.jitalloc.arch.PageProtection;
import org.jitalloc.core.pack.PlaceModel.Spot;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Slabs that are partly empty give up pages, and get them back. */
class PageReclaimerTest {
  private static final long MIB = 1 << 20;

  private final FakePages pages = new FakePages();
  private final Pools pools = new Pools(pages, 1);
  private final Zone zone =
      pools.zone(
          new AddressRange(0xffff_ffff_c000_0000L, 0xffff_ffff_c080_0000L),
          null,
          PageProtection.ROX);

  @AfterEach
  void invariantsHold() {
    Invariants.check(pools);
    pages.check(pools.slabs());
  }

  private Spot place(long bytes) {
    var spot = new Spot(new PlacementConstraint(bytes, bytes, 64, null));
    assertNull(zone.place(spot, 64, 64, null));
    return spot;
  }

  private void free(Spot spot) {
    pools.retire(spot);
    pools.takeRetired(batch -> batch.recycle(_ -> true));
  }

  /** Two full slabs of 32 KiB each, of which every other span of the first goes. */
  private List<Spot> halfEmpty() {
    List<Spot> spots = new ArrayList<>();
    for (int n = 0; n < 128; n++) {
      spots.add(place(32 << 10));
    }
    for (int n = 0; n < 64; n += 2) {
      free(spots.get(n));
    }
    return spots;
  }

  @Test
  void thin_sparseSlab_givesUpItsFreePages_afterSomeLooks() {
    halfEmpty();
    pools.thin(1, false);
    assertEquals(0, pages.pagesAway(), "it may be filled again");
    pools.thin(1, false);
    assertEquals(32 * 8, pages.pagesAway());
    pools.thin(1, true);
    assertEquals(32 * 8, pages.pagesAway());
    assertEquals(3 * MIB, pools.slabs().stream().mapToLong(SlabUse::committedBytes).sum());
  }

  @Test
  void thin_whenAllIsQuiet_givesUpAtOnce_butNotOfTheOnlySlab() {
    place(100);
    pools.thin(1, true);
    assertEquals(0, pages.pagesAway());
    halfEmpty();
    pools.thin(1, true);
    assertTrue(pages.pagesAway() >= 32 * 8);
  }

  @Test
  void place_wherePagesAreAway_bringsThemBack_andSomeNeighbours() {
    halfEmpty();
    pools.thin(1, true);
    place(100);
    assertEquals(31 * 8, pages.pagesAway(), "64 KiB hold one hole of 32");
    pages.refuses = true;
    assertThrows(IllegalStateException.class, () -> place(32 << 10));
    Invariants.check(pools);
    pages.refuses = false;
    place(32 << 10);
    assertEquals(30 * 8, pages.pagesAway());
  }

  @Test
  void thin_slabThatIsNearlyFull_isMadeWhole() {
    halfEmpty();
    pools.thin(1, true);
    for (int n = 0; n < 29; n++) {
      place(32 << 10);
    }
    assertEquals(3 * 8, pages.pagesAway());
    pools.thin(1, true);
    assertEquals(0, pages.pagesAway(), "all but a sixteenth is taken");
    assertEquals(1, pages.wholes);
  }

  @Test
  void thin_pagesThatCannotGo_stay() {
    pages.indivisible = true;
    halfEmpty();
    pools.thin(1, true);
    pools.thin(1, true);
    assertEquals(4 * MIB, pools.slabs().stream().mapToLong(SlabUse::committedBytes).sum());
  }

  @Test
  void free_lastSpansOfASlabWithPagesAway_allOfItGoes() {
    List<Spot> spots = halfEmpty();
    pools.thin(1, true);
    for (int n = 1; n < 64; n += 2) {
      free(spots.get(n));
    }
    assertEquals(1, pools.slabs().size(), "what is in pieces is not kept");
    assertEquals(0, pages.pagesAway());
  }
}
