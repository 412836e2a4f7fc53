package org.jitalloc.core.pack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jitalloc.arch.AddressRange;
import org.jitalloc.arch.PageProtection;
import org.jitalloc.core.pack.PlaceModel.Spot;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PoolsTest {
  private static final long MIB = 1 << 20;
  private static final long SLAB = Pools.SLAB_BYTES;
  private static final long BASE = 0xffff_ffff_c000_0000L;

  private final FakePages pages = new FakePages();
  private final Pools pools = new Pools(pages, 1);
  private long excludedGranules;

  @AfterEach
  void invariantsHold() {
    Invariants.check(pools, excludedGranules);
    pages.check(pools.slabs());
  }

  private Zone text(long start, long bytes) {
    return pools.zone(new AddressRange(start, start + bytes), null, PageProtection.ROX);
  }

  private static Spot spot(long bytes) {
    return new Spot(new PlacementConstraint(bytes, bytes, 64, null));
  }

  private static Spot place(Zone zone, long bytes) {
    return place(zone, bytes, 64, 64, null);
  }

  private static Spot place(Zone zone, long bytes, long align, long unit, AddressRange window) {
    Spot spot = spot(bytes);
    assertNull(zone.place(spot, align, unit, window));
    return spot;
  }

  private static NoSpace noSpace(Zone zone, long bytes) {
    return noSpace(zone, bytes, 64, null);
  }

  private static NoSpace noSpace(Zone zone, long bytes, long align, AddressRange window) {
    NoSpace left = zone.place(spot(bytes), align, 64, window);
    assertNotNull(left);
    return left;
  }

  private void free(Spot spot) {
    retire(spot);
    recycleAll();
  }

  private void retire(Spot spot) {
    Retired batch = pools.retire(spot);
    if (batch != null) {
      batch.recycle(_ -> true);
    }
  }

  private void recycleAll() {
    pools.takeRetired(batch -> batch.recycle(_ -> true));
  }

  @Test
  void place_rangeExactlyFull_fitsToTheLastByte() {
    Zone zone = text(BASE + 4096, 3 * 4096);
    Spot all = place(zone, 3 * 4096);
    assertEquals(BASE + 4096, all.address());
    assertEquals(new NoSpace(0, 0, 0), noSpace(zone, 1));
  }

  @Test
  void place_topOfTheAddressSpace_lastByteIsLeftOut() {
    Zone zone = pools.zone(new AddressRange(-3 * 4096, -1), null, PageProtection.ROX);
    assertEquals(-3 * 4096, place(zone, 2 * 4096).address());
    noSpace(zone, 1);
  }

  @Test
  void place_pastTheProbes_findsTheOnlyBlockThatFits() {
    Zone zone = text(BASE, SLAB);
    // Blocks of 17 chunks are in the class of 16 and 17, so 16 is what may or may not fit there.
    List<Spot> holes = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      holes.add(place(zone, (i == 0 ? 17 : 16) * 64L));
      place(zone, 64);
    }
    NoSpace left = noSpace(zone, SLAB);
    place(zone, left.largestFreeBytes());
    holes.forEach(this::free);
    assertEquals(holes.getFirst().address(), place(zone, 17 * 64).address());
    assertEquals(16 * 64, noSpace(zone, 17 * 64).largestFreeBytes());
  }

  @Test
  void place_rangeFull_fallbackWhateverTheLength() {
    var range = new AddressRange(BASE, BASE + SLAB);
    var fallback = new AddressRange(BASE + 8 * SLAB, BASE + 16 * SLAB);
    Zone zone = pools.zone(range, fallback, PageProtection.ROX);
    assertTrue(fallback.contains(place(zone, 2 * SLAB).address()), "longer than the range");
    assertTrue(range.contains(place(zone, SLAB).address()));
    assertTrue(fallback.contains(place(zone, 1).address()));
  }

  @Test
  void place_otherPoolKeepsEmptySlab_slabIsHandedOver() {
    Zone text = text(BASE, SLAB);
    var range = new AddressRange(BASE, BASE + SLAB);
    Zone data = pools.zone(range, null, PageProtection.RW);
    Spot code = place(text, 100);
    assertEquals(0, noSpace(data, 100).largestFreeBytes());
    free(code);
    assertEquals(1, pools.slabs().size(), "kept");
    assertEquals(BASE, place(data, 100).address());
  }

  @Test
  void place_sealedPages_areNotShared() {
    Zone zone = text(BASE, SLAB);
    place(zone, 100);
    Spot sealed = place(zone, 5000, 64, 4096, null);
    assertEquals(0, sealed.address() % 4096);
    assertEquals(8192, sealed.spanBytes());
    Spot next = place(zone, 100);
    assertTrue(next.address() < sealed.address() || next.address() >= sealed.address() + 8192);
  }

  @Test
  void place_alignedPages_fillASlabBeforeTheNext() {
    Zone zone = text(BASE, 4 * SLAB);
    for (int i = 0; i < SLAB / 4096; i++) {
      place(zone, 4096, 4096, 4096, null);
    }
    assertEquals(1, pools.slabs().size());
  }

  @Test
  void place_window_everyByteInside() {
    Zone zone = text(BASE, 64 * SLAB);
    var window = new AddressRange(BASE + 40 * SLAB - 100_000, BASE + 40 * SLAB + 50_000);
    var seen = new ArrayList<Spot>();
    for (var fit = spot(10_000); zone.place(fit, 64, 64, window) == null; fit = spot(10_000)) {
      assertTrue(window.contains(fit.address()) && window.contains(fit.address() + 9_999));
      seen.add(fit);
    }
    assertEquals(9 + 4, seen.size(), "as many as there is room for on either side of the edge");
    assertEquals(2, pools.slabs().size());
  }

  @Test
  void exclude_insideTheRange_nothingIsPlacedThere() {
    Zone zone = text(BASE, 4 * SLAB);
    var image = new AddressRange(BASE + 4096, BASE + SLAB + 4096);
    pools.exclude(image);
    excludedGranules = 2;
    noSpace(zone, 3 * SLAB);
    assertEquals(BASE + 2 * SLAB, place(zone, SLAB).address());
    assertEquals(BASE + 3 * SLAB, place(zone, SLAB).address());
    assertEquals(new NoSpace(0, 0, 0), noSpace(zone, 1));
    noSpace(zone, 1, 64, image);
    var inUse = new AddressRange(BASE + 2 * SLAB, BASE + 3 * SLAB);
    assertThrows(IllegalStateException.class, () -> pools.exclude(inUse));
  }

  @Test
  void place_commitRefused_nothingHasChanged() {
    Zone zone = text(BASE, 4 * SLAB);
    pages.refuses = true;
    assertThrows(IllegalStateException.class, () -> place(zone, 100));
    assertThrows(IllegalStateException.class, () -> place(zone, 3 * SLAB));
    Invariants.check(pools);
    pages.refuses = false;
    assertEquals(BASE, place(zone, 4 * SLAB).address());
  }

  @Test
  void place_numbersThatMakeNoSense_areRefused() {
    Zone zone = text(BASE, SLAB);
    assertThrows(IllegalArgumentException.class, () -> place(zone, 0));
    assertThrows(IllegalArgumentException.class, () -> place(zone, -1));
    assertThrows(IllegalArgumentException.class, () -> place(zone, 1, 3, 1, null));
    assertThrows(IllegalArgumentException.class, () -> place(zone, 1, 1, 0, null));
    noSpace(zone, Long.MAX_VALUE);
    noSpace(zone, 1, 1L << 62, null);
    assertThrows(IllegalArgumentException.class, () -> text(BASE + 1, 4096));
  }

  @Test
  void free_lastSpans_emptySlabsAreKeptUntilTrim() {
    Zone zone = text(BASE, 16 * SLAB);
    var fits = new ArrayList<Spot>();
    for (int i = 0; i < 4; i++) {
      fits.add(place(zone, SLAB));
    }
    fits.forEach(this::free);
    assertEquals(4, pools.slabs().size());
    assertEquals(3 * SLAB, pools.trim(1), "one stays, being the only one");
    assertEquals(1, pools.slabs().size());
    int before = pages.commits;
    Spot again = place(zone, 100);
    free(again);
    assertEquals(before, pages.commits, "no new slab for a span that comes and goes");
    assertEquals(SLAB, pools.trim(0));
    assertEquals(List.of(), pools.slabs());
  }

  /** Fills slabs and frees them again. */
  private void comeAndGo(Zone zone, int slabs) {
    var fits = new ArrayList<Spot>();
    for (int i = 0; i < slabs; i++) {
      fits.add(place(zone, SLAB));
    }
    fits.forEach(this::free);
  }

  @Test
  void thin_emptySlabsThatWereNotNeededSinceTheLastLook_go() {
    Zone zone = text(BASE, 16 * SLAB);
    comeAndGo(zone, 4);
    pools.thin(1, false);
    assertEquals(4, pools.slabs().size(), "all were needed");
    int before = pages.commits;
    comeAndGo(zone, 3);
    assertEquals(before, pages.commits);
    pools.thin(1, false);
    assertEquals(3, pools.slabs().size());
    pools.thin(1, false);
    assertEquals(1, pools.slabs().size(), "it is the only one");
  }

  @Test
  void free_manyLastSpans_mostSlabsAreGivenBackAtOnce() {
    Zone zone = text(BASE, 64 * SLAB);
    var fits = new ArrayList<Spot>();
    for (int i = 0; i < 20; i++) {
      fits.add(place(zone, SLAB));
    }
    fits.forEach(this::free);
    assertEquals(8, pools.slabs().size());
  }

  @Test
  void exhaustThenFreeInAnyOrder_isOnePlaceAgain() {
    long seed = new Random().nextLong();
    var random = new Random(seed);
    Zone zone = text(BASE + 3 * 4096, 6 * MIB);
    var held = new ArrayList<Spot>();
    Spot next = spot(1);
    while (zone.place(next, 64, 64, null) == null) {
      held.add(next);
      next = spot(1L + random.nextInt(20_000));
    }
    long asked = held.stream().mapToLong(Spot::bytes).sum();
    assertEquals(asked, pools.slabs().stream().mapToLong(SlabUse::usedBytes).sum());
    Collections.shuffle(held, random);
    held.forEach(this::retire);
    recycleAll();
    assertEquals(BASE + 3 * 4096, place(zone, 6 * MIB).address(), "seed " + seed);
  }

  @Test
  void retire_isPendingAndNotFound_untilRecycled() {
    Zone zone = text(BASE, SLAB);
    Spot code = place(zone, SLAB - 64);
    Spot small = place(zone, 64);
    assertSame(code, pools.find(code.address() + SLAB - 65));
    retire(small);
    assertNull(pools.find(small.address()));
    assertEquals(new NoSpace(0, 0, 64), noSpace(zone, 64));
    recycleAll();
    assertEquals(small.address(), place(zone, 64).address());
  }

  @Test
  void retire_manyOrMuch_completesABatch() {
    Zone zone = text(BASE, 4 * SLAB);
    var many = new Spot[1000];
    Arrays.setAll(many, _ -> place(zone, 64));
    long batches = Arrays.stream(many).map(pools::retire).filter(Objects::nonNull).count();
    assertTrue(batches > 1 && batches < 10, batches + " batches");
    assertNotNull(pools.retire(place(zone, SLAB)), "as much as a slab does not wait for others");
  }

  @Test
  void recycle_spanThatCouldNotBeCleared_isNotUsedAgain() {
    Zone zone = text(BASE, SLAB);
    Spot code = place(zone, 4096);
    pools.retire(code);
    pools.takeRetired(batch -> batch.recycle(_ -> false));
    assertEquals(SLAB - 4096, noSpace(zone, SLAB).freeBytes());
    assertEquals(4096, noSpace(zone, SLAB).pendingBytes());
  }

  @Test
  void place_binsHoldWhatIsLeft_theyAreEmptied() {
    Zone zone = text(BASE, SLAB);
    var all = new ArrayList<Spot>();
    for (int i = 0; i < SLAB / 64; i++) {
      all.add(place(zone, 64));
    }
    all.subList(0, 32).forEach(this::retire);
    recycleAll();
    assertEquals(all.getFirst().address(), place(zone, 32 * 64).address());
  }

  @Test
  void find_longSpan_anyGranuleLeadsToIt() {
    Zone zone = text(BASE + 4096, 32 * MIB);
    long bytes = 7 * MIB + 5;
    Spot run = place(zone, bytes);
    Spot small = place(zone, 100);
    assertSame(run, pools.find(run.address()));
    assertSame(run, pools.find(run.address() + bytes - 1));
    assertSame(small, pools.find(small.address()));
    assertNull(pools.find(run.address() - 1));
    assertNull(pools.find(0));
    assertNull(pools.find(-1));
    free(run);
    assertNull(pools.find(run.address()));
  }

  @Test
  void slabs_hugeRange_costsByWhatIsUsed() {
    Zone zone = text(0xffff_c900_0000_0000L, 32L << 40);
    var fits = new ArrayList<Spot>();
    for (int i = 0; i < 500; i++) {
      fits.add(place(zone, SLAB));
    }
    assertEquals(500, pools.slabs().size());
    var far = new AddressRange(0xffff_d900_0000_0000L, 0xffff_d900_0100_0000L);
    Spot distant = place(zone, 100, 64, 64, far);
    assertSame(distant, pools.find(distant.address()));
    for (int i = 0; i < 500; i += 2) {
      free(fits.get(i));
    }
    pools.trim(1);
    Invariants.check(pools);
    assertEquals(250 + 1, pools.slabs().size(), "half, and the far one");
  }
}
