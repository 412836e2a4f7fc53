package org.jitalloc.core.pack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.jitalloc.arch.AddressRange;
import org.jitalloc.arch.PageProtection;
import org.jitalloc.core.pack.Placement.Fit;
import org.jitalloc.core.pack.Placement.NoSpace;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PoolsTest {
  private static final long MIB = 1 << 20;
  private static final long SLAB = Pools.SLAB_BYTES;
  private static final long BASE = 0xffff_ffff_c000_0000L;

  private final FakePages pages = new FakePages();
  private final Pools pools = new Pools(pages);
  private long excludedGranules;

  @AfterEach
  void invariantsHold() {
    Invariants.check(pools, excludedGranules);
    pages.check(pools.slabs());
  }

  private Zone text(long start, long bytes) {
    return pools.zone(new AddressRange(start, start + bytes), null, PageProtection.ROX);
  }

  private static Fit fit(Placement placement) {
    return assertInstanceOf(Fit.class, placement);
  }

  private static Fit place(Zone zone, long bytes) {
    return fit(zone.place(bytes, 1, 1, null));
  }

  @Test
  void place_rangeExactlyFull_fitsToTheLastByte() {
    Zone zone = text(BASE + 4096, 3 * 4096);
    Fit all = place(zone, 3 * 4096);
    assertEquals(BASE + 4096, all.address());
    assertEquals(new NoSpace(0, 0, 0), zone.place(1, 1, 1, null));
  }

  @Test
  void place_topOfTheAddressSpace_lastByteIsLeftOut() {
    Zone zone = pools.zone(new AddressRange(-3 * 4096, -1), null, PageProtection.ROX);
    assertEquals(-3 * 4096, place(zone, 2 * 4096).address());
    assertInstanceOf(NoSpace.class, zone.place(1, 1, 1, null));
  }

  @Test
  void place_pastTheProbes_findsTheOnlyBlockThatFits() {
    Zone zone = text(BASE, SLAB);
    // Blocks of 17 chunks are in the class of 16 and 17, so 16 is what may or may not fit there.
    List<Fit> holes = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      holes.add(place(zone, (i == 0 ? 17 : 16) * 64L));
      place(zone, 64);
    }
    NoSpace left = noSpace(zone.place(SLAB, 1, 1, null));
    place(zone, left.largestFreeBytes());
    holes.forEach(hole -> hole.slab().free(hole.address(), hole.bytes()));
    assertEquals(holes.getFirst().address(), place(zone, 17 * 64).address());
    assertEquals(16 * 64, noSpace(zone.place(17 * 64, 1, 1, null)).largestFreeBytes());
  }

  private static NoSpace noSpace(Placement placement) {
    return assertInstanceOf(NoSpace.class, placement);
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
    Fit code = place(text, 100);
    assertEquals(0, noSpace(data.place(100, 1, 1, null)).largestFreeBytes());
    code.slab().free(code.address(), 100);
    assertEquals(1, pools.slabs().size(), "kept");
    assertEquals(BASE, place(data, 100).address());
  }

  @Test
  void place_sealedPages_areNotShared() {
    Zone zone = text(BASE, SLAB);
    place(zone, 100);
    Fit sealed = fit(zone.place(5000, 1, 4096, null));
    assertEquals(0, sealed.address() % 4096);
    assertEquals(8192, sealed.bytes());
    Fit next = place(zone, 100);
    assertTrue(next.address() < sealed.address() || next.address() >= sealed.address() + 8192);
  }

  @Test
  void place_alignedPages_fillASlabBeforeTheNext() {
    Zone zone = text(BASE, 4 * SLAB);
    for (int i = 0; i < SLAB / 4096; i++) {
      fit(zone.place(4096, 4096, 4096, null));
    }
    assertEquals(1, pools.slabs().size());
  }

  @Test
  void place_window_everyByteInside() {
    Zone zone = text(BASE, 64 * SLAB);
    var window = new AddressRange(BASE + 40 * SLAB - 100_000, BASE + 40 * SLAB + 50_000);
    var seen = new ArrayList<Fit>();
    while (zone.place(10_000, 1, 1, window) instanceof Fit fit) {
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
    assertInstanceOf(NoSpace.class, zone.place(3 * SLAB, 1, 1, null));
    assertEquals(BASE + 2 * SLAB, place(zone, SLAB).address());
    assertEquals(BASE + 3 * SLAB, place(zone, SLAB).address());
    assertEquals(new NoSpace(0, 0, 0), zone.place(1, 1, 1, null));
    assertInstanceOf(NoSpace.class, zone.place(1, 1, 1, image));
    var inUse = new AddressRange(BASE + 2 * SLAB, BASE + 3 * SLAB);
    assertThrows(IllegalStateException.class, () -> pools.exclude(inUse));
  }

  @Test
  void place_commitRefused_nothingHasChanged() {
    Zone zone = text(BASE, 4 * SLAB);
    pages.refuses = true;
    assertThrows(IllegalStateException.class, () -> zone.place(100, 1, 1, null));
    assertThrows(IllegalStateException.class, () -> zone.place(3 * SLAB, 1, 1, null));
    Invariants.check(pools);
    pages.refuses = false;
    assertEquals(BASE, place(zone, 4 * SLAB).address());
  }

  @Test
  void place_numbersThatMakeNoSense_areRefused() {
    Zone zone = text(BASE, SLAB);
    assertThrows(IllegalArgumentException.class, () -> zone.place(0, 1, 1, null));
    assertThrows(IllegalArgumentException.class, () -> zone.place(-1, 1, 1, null));
    assertThrows(IllegalArgumentException.class, () -> zone.place(1, 3, 1, null));
    assertThrows(IllegalArgumentException.class, () -> zone.place(1, 1, 0, null));
    assertInstanceOf(NoSpace.class, zone.place(Long.MAX_VALUE, 1, 1, null));
    assertInstanceOf(NoSpace.class, zone.place(1, 1L << 62, 1, null));
    assertThrows(IllegalArgumentException.class, () -> text(BASE + 1, 4096));
  }

  @Test
  void free_lastSpans_oneEmptySlabIsKeptUntilTrim() {
    Zone zone = text(BASE, 16 * SLAB);
    var fits = new ArrayList<Fit>();
    for (int i = 0; i < 4; i++) {
      fits.add(place(zone, SLAB));
    }
    fits.forEach(fit -> fit.slab().free(fit.address(), SLAB));
    assertEquals(1, pools.slabs().size());
    int before = pages.commits;
    Fit again = place(zone, 100);
    again.slab().free(again.address(), 100);
    assertEquals(before, pages.commits, "no new slab for a span that comes and goes");
    assertEquals(SLAB, pools.trim());
    assertEquals(List.of(), pools.slabs());
  }

  @Test
  void exhaustThenFreeInAnyOrder_isOnePlaceAgain() {
    long seed = new Random().nextLong();
    var random = new Random(seed);
    Zone zone = text(BASE + 3 * 4096, 6 * MIB);
    record Held(Fit fit, long bytes) {}
    var held = new ArrayList<Held>();
    while (true) {
      long bytes = 1L + random.nextInt(20_000);
      if (!(zone.place(bytes, 1, 1, null) instanceof Fit fit)) {
        break;
      }
      held.add(new Held(fit, bytes));
    }
    long asked = held.stream().mapToLong(Held::bytes).sum();
    assertEquals(asked, pools.slabs().stream().mapToLong(SlabUse::usedBytes).sum());
    Collections.shuffle(held, random);
    for (Held one : held) {
      one.fit.slab().free(one.fit.address(), one.bytes);
    }
    assertEquals(BASE + 3 * 4096, place(zone, 6 * MIB).address(), "seed " + seed);
  }

  @Test
  void retire_isPendingAndNotFound_untilRecycled() {
    Zone zone = text(BASE, SLAB);
    Fit code = place(zone, SLAB);
    assertNull(pools.find(code.address()), "not attached");
    code.slab().attach(code.address(), "tenant");
    assertSame("tenant", pools.find(code.address() + SLAB - 1));
    code.slab().retire(code.address(), SLAB);
    assertNull(pools.find(code.address()));
    assertEquals(new NoSpace(0, 0, SLAB), zone.place(64, 1, 1, null));
    code.slab().recycle(code.address());
    assertEquals(BASE, place(zone, 64).address());
  }

  @Test
  void find_longSpan_anyGranuleLeadsToIt() {
    Zone zone = text(BASE + 4096, 32 * MIB);
    long bytes = 7 * MIB + 5;
    Fit run = place(zone, bytes);
    Fit small = place(zone, 100);
    assertNotSame(run.slab(), small.slab());
    run.slab().attach(run.address(), "run");
    small.slab().attach(small.address(), "small");
    assertSame("run", pools.find(run.address()));
    assertSame("run", pools.find(run.address() + bytes - 1));
    assertSame("small", pools.find(small.address()));
    assertNull(pools.find(run.address() - 1));
    assertNull(pools.find(0));
    assertNull(pools.find(-1));
    run.slab().free(run.address(), bytes);
    assertNull(pools.find(run.address()));
  }

  @Test
  void slabs_hugeRange_costsByWhatIsUsed() {
    Zone zone = text(0xffff_c900_0000_0000L, 32L << 40);
    var fits = new ArrayList<Fit>();
    for (int i = 0; i < 500; i++) {
      fits.add(place(zone, SLAB));
    }
    assertEquals(500, pools.slabs().size());
    var far = new AddressRange(0xffff_d900_0000_0000L, 0xffff_d900_0100_0000L);
    Fit distant = fit(zone.place(100, 1, 1, far));
    distant.slab().attach(distant.address(), "far");
    assertSame("far", pools.find(distant.address()));
    for (int i = 0; i < 500; i += 2) {
      fits.get(i).slab().free(fits.get(i).address(), SLAB);
    }
    Invariants.check(pools);
    assertEquals(251 + 1, pools.slabs().size(), "half, one kept, and the far one");
  }
}
