package org.jitalloc.core.pack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.jitalloc.arch.AddressRange;
import org.jitalloc.arch.PageProtection;
import org.jitalloc.core.pack.PlaceModel.Spot;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The source of slabs throws, at each call in turn: nothing is lost, pending or broken. */
class SourceErrorTest {

  private static final AddressRange RANGE = new AddressRange(1L << 32, 1L << 40);

  /** Throws at one call, by its number. */
  private static final class Faulty implements SlabSource {
    private final boolean error;
    private int left;

    Faulty(int call, boolean error) {
      left = call;
      this.error = error;
    }

    private void call() {
      if (left-- == 0) {
        if (error) {
          throw new AssertionError("injected");
        }
        throw new IllegalStateException("injected");
      }
    }

    boolean failed() {
      return left < 0;
    }

    @Override
    public void map(long address, long bytes, PageProtection protection) {
      call();
    }

    @Override
    public boolean unmap(long address, long bytes, PageProtection protection) {
      call();
      return true;
    }

    @Override
    public boolean decommit(long address, long bytes, PageProtection protection) {
      call();
      return true;
    }

    @Override
    public void recommit(long address, long bytes, PageProtection protection) {
      call();
    }

    @Override
    public void collapse(long address, long bytes) {
      call();
    }
  }

  private static Spot spot(long bytes) {
    return new Spot(PlacementConstraint.of(bytes, 64, 64, null));
  }

  private final List<Spot> live = new ArrayList<>();

  private void place(Zone zone, long bytes) {
    Spot spot = spot(bytes);
    try {
      assertNull(zone.place(spot, 64, 64, null));
      live.add(spot);
    } catch (IllegalStateException | AssertionError injected) {
      assertEquals("injected", injected.getMessage());
      assertEquals(0, spot.admitted, "what was paid is given back");
    }
  }

  private static void recycle(Pools pools, List<? extends SpanOwner> tenants) {
    List<Retired> batches = new ArrayList<>();
    for (SpanOwner tenant : tenants) {
      Retired batch = pools.retire(tenant);
      if (batch != null) {
        batches.add(batch);
      }
    }
    pools.takeRetired(batches::add);
    batches.forEach(batch -> batch.recycle(_ -> true));
  }

  /** A life of several slabs and runs. */
  private void live(Pools pools) {
    Zone zone = pools.zone(RANGE, null, PageProtection.RW);
    for (int i = 0; i < 3000; i++) {
      place(zone, 64L * (1 + i % 60));
    }
    place(zone, 5 << 20);
    place(zone, 3 << 20);
    List<Spot> some = new ArrayList<>(live.subList(0, live.size() - live.size() / 8));
    live.removeAll(some);
    recycle(pools, some);
    pools.thin(0, true);
    for (int i = 0; i < 2000; i++) {
      place(zone, 64L * (1 + i % 60));
    }
    pools.thin(0, true);
    recycle(pools, live);
    live.clear();
    pools.trim(0);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void everyCall_thatThrows_losesNothing(boolean error) {
    int call = 0;
    for (boolean failed = true; failed; call++) {
      var source = new Faulty(call, error);
      var pools = new Pools(source, 1);
      live.clear();
      live(pools);
      failed = source.failed();
      source.left = Integer.MAX_VALUE;
      String where = "call " + call;
      assertEquals(0, pools.brokenShards(), where);
      long pending = pools.slabs().stream().mapToLong(SlabUse::pendingBytes).sum();
      assertEquals(0, pending, where);
      Zone zone = pools.zone(RANGE, null, PageProtection.RW);
      Spot after = spot(100);
      assertNull(zone.place(after, 64, 64, null), where);
      assertEquals(after, pools.find(after.address()), where);
    }
    assertTrue(call > 10, call + " calls");
  }

  /** One slab that cannot be given back is reported; the others of its batch are. */
  @Test
  void slabThatCannotGo_isReported_andNobodyElseIsToldOfIt() {
    var source = new Faulty(Integer.MAX_VALUE, false);
    var pools = new Pools(source, 1);
    Zone zone = pools.zone(RANGE, null, PageProtection.RW);
    Spot run = spot(4 << 20);
    assertNull(zone.place(run, 64, 64, null));
    List<Spot> all = new ArrayList<>(List.of(run));
    for (int i = 0; i < 200; i++) {
      Spot spot = spot(1024);
      assertNull(zone.place(spot, 64, 64, null));
      all.add(spot);
    }
    source.left = 0;
    recycle(pools, all);
    assertEquals(1, pools.takeFailures().size());
    assertEquals(0, pools.slabs().stream().mapToLong(SlabUse::pendingBytes).sum());
    assertFalse(pools.slabs().isEmpty());
    assertEquals(0, pools.takeFailures().size(), "told once");
  }
}
