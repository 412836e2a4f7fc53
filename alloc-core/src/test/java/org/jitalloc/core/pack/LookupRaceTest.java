package org.jitalloc.core.pack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jitalloc.arch.AddressRange;
import org.jitalloc.arch.PageProtection;
import org.jitalloc.core.pack.PlaceModel.Spot;
import org.junit.jupiter.api.Test;

/** A span that stays is found at each of its addresses whatever happens around it. */
class LookupRaceTest {
  private static final int CHANGES = 200_000;
  private static final long BASE = 0x7000_0000_0000L;

  private final Pools pools = new Pools(new FakePages(), 2);
  private final Zone zone =
      pools.zone(new AddressRange(BASE, BASE + (64L << 20)), null, PageProtection.ROX);

  private Spot place(Random random, int most) {
    var spot = new Spot(PlacementConstraint.of(1L + random.nextInt(most), 64, 64, null));
    assertNull(zone.place(spot, 64, 64, null));
    return spot;
  }

  @Test
  void find_stayingSpans_alwaysFoundWhileOthersComeAndGo() throws InterruptedException {
    long seed = new Random().nextLong();
    var random = new Random(seed);
    List<Spot> staying = new ArrayList<>();
    var churn = new ArrayDeque<Spot>();
    for (int i = 0; i < 400; i++) {
      staying.add(place(random, 30_000));
      churn.add(place(random, 3_000));
    }
    var failure = new AtomicReference<Throwable>();
    var lookups = new AtomicLong();
    var writer = new Thread(() -> churn(new Random(seed + 1), churn));
    writer.setUncaughtExceptionHandler((_, thrown) -> failure.set(thrown));
    writer.start();
    while (writer.isAlive()) {
      Spot tenant = staying.get(random.nextInt(staying.size()));
      long address = tenant.address() + random.nextLong(tenant.bytes());
      assertEquals(tenant, pools.find(address), "seed " + seed);
      lookups.incrementAndGet();
    }
    writer.join();
    assertEquals(null, failure.get());
    assertTrue(lookups.get() > 0);
    Invariants.check(pools);
  }

  private void churn(Random random, ArrayDeque<Spot> live) {
    for (int i = 0; i < CHANGES; i++) {
      if (random.nextInt(200) == 0) {
        live.add(place(random, 3 << 20));
      } else {
        live.add(place(random, 3_000));
      }
      Retired batch = pools.retire(live.remove());
      if (batch != null) {
        batch.recycle(_ -> true);
      }
    }
  }
}
