package org.jitalloc.core.pack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jitalloc.arch.AddressRange;
import org.jitalloc.arch.PageProtection;
import org.jitalloc.core.pack.PlaceModel.Spot;
import org.junit.jupiter.api.Test;

/** Addresses of slabs where not every slab can go, or none may touch another. */
class SlabAddressesTest {
  private static final long SLAB = Pools.SLAB_BYTES;
  private static final long BASE = 1L << 40;
  private static final AddressRange RANGE = new AddressRange(BASE, BASE + 1024 * SLAB);

  /** Text stays, whatever is asked for; and perhaps slabs are to be apart. */
  private static final class Sealing implements SlabSource {
    final Set<Long> text = new HashSet<>();
    boolean guards;
    boolean keeps;

    @Override
    public void map(long address, long bytes, PageProtection protection) {
      for (long at = address & -SLAB; at < address + bytes; at += SLAB) {
        if (protection == PageProtection.ROX) {
          text.add(at);
        } else {
          assertTrue(!text.contains(at), "text for ever");
        }
      }
    }

    @Override
    public boolean unmap(long address, long bytes, PageProtection protection) {
      if (protection == PageProtection.ROX && keeps) {
        return false;
      }
      for (long at = address & -SLAB; at < address + bytes; at += SLAB) {
        text.remove(at);
      }
      return true;
    }

    @Override
    public boolean guards() {
      return guards;
    }
  }

  private final Sealing source = new Sealing();

  private static Spot place(Zone zone, long bytes) {
    var spot = new Spot(new PlacementConstraint(bytes, bytes, 64, null));
    assertNull(zone.place(spot, 64, 64, null));
    return spot;
  }

  private static void free(Pools pools, Spot spot) {
    Retired batch = pools.retire(spot);
    if (batch != null) {
      batch.recycle(_ -> true);
    }
    pools.takeRetired(rest -> rest.recycle(_ -> true));
  }

  @Test
  void addressesOfTextThatStays_areForTextAlone() {
    source.keeps = true;
    var pools = new Pools(source, 1);
    Zone text = pools.zone(RANGE, null, PageProtection.ROX);
    Zone data = pools.zone(RANGE, null, PageProtection.RW);
    Spot run = place(text, 3 * SLAB);
    long first = run.address();
    free(pools, run);
    assertEquals(List.of(), pools.slabs());
    Spot other = place(data, 3 * SLAB);
    assertTrue(other.address() >= first + 3 * SLAB, "data goes elsewhere");
    List<Long> again = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      again.add(place(text, SLAB).address());
    }
    assertEquals(List.of(first, first + SLAB, first + 2 * SLAB), again, "and text comes back");
  }

  @Test
  void textThatComesAndGoesForLong_findsAddressesThatItHad() {
    source.keeps = true;
    var pools = new Pools(source, 1);
    Zone text = pools.zone(RANGE, null, PageProtection.ROX);
    Zone data = pools.zone(RANGE, null, PageProtection.RW);
    var random = new Random(42);
    List<Spot> live = new ArrayList<>();
    int halfWay = 0;
    for (int i = 0; i < 30_000; i++) {
      if (i == 15_000) {
        halfWay = source.text.size();
      }
      if (live.size() > 8 || random.nextBoolean() && !live.isEmpty()) {
        free(pools, live.remove(random.nextInt(live.size())));
      } else {
        live.add(place(random.nextBoolean() ? text : data, random.nextLong(1, 3 * SLAB)));
      }
    }
    int atFirst = halfWay;
    assertTrue(
        source.text.size() <= atFirst + 10,
        () -> "slabs of text: %d, later %d".formatted(atFirst, source.text.size()));
  }

  @Test
  void guards_keepSlabsApart() {
    source.guards = true;
    var pools = new Pools(source, 1);
    Zone text = pools.zone(RANGE, null, PageProtection.ROX);
    Zone data = pools.zone(RANGE, null, PageProtection.RW);
    List<Spot> live = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      live.add(place(text, SLAB));
      live.add(place(data, SLAB + 4096));
    }
    assertApart(pools);
    for (int i = 0; i < 8; i++) {
      free(pools, live.remove(i));
    }
    for (int i = 0; i < 8; i++) {
      live.add(place(data, SLAB));
    }
    assertApart(pools);
    live.forEach(spot -> free(pools, spot));
    pools.trim(0);
    assertEquals(
        0, pools.memory().addresses().takenCount(), "guards are given back with their slabs");
    var most = new Spot(new PlacementConstraint(RANGE.bytes(), RANGE.bytes(), 64, null));
    assertNull(pools.zone(RANGE, null, PageProtection.RO).place(most, 64, 64, null));
  }

  private static void assertApart(Pools pools) {
    long end = 0;
    for (SlabUse slab : pools.slabs()) {
      assertTrue(slab.span().start() - end >= SLAB, slab::toString);
      end = slab.span().end() + SLAB - 1 & -SLAB;
    }
    assertNotNull(pools.slabs().getFirst());
  }
}
