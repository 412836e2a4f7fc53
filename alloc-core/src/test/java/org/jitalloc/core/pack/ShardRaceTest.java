package org.jitalloc.core.pack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.jitalloc.arch.AddressRange;
import org.jitalloc.arch.PageProtection;
import org.jitalloc.core.pack.PlaceModel.Spot;
import org.junit.jupiter.api.Test;

/** Threads that place, and free what others placed, never share a chunk. */
class ShardRaceTest {
  private static final int THREADS = 4;
  private static final int CHANGES = 100_000;
  private static final long BASE = 0x7000_0000_0000L;
  private static final long BYTES = 256L << 20;

  private final Pools pools = new Pools(new FakePages(), THREADS);
  private final Zone zone =
      pools.zone(new AddressRange(BASE, BASE + BYTES), null, PageProtection.ROX);
  private final AtomicIntegerArray users = new AtomicIntegerArray((int) (BYTES / 64));
  private final ConcurrentLinkedQueue<Spot> live = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();

  private void use(SpanOwner spot, int before, int after) {
    int first = (int) ((spot.address() - BASE) / 64);
    for (int chunk = first; chunk < first + spot.spanBytes() / 64; chunk++) {
      assertTrue(users.compareAndSet(chunk, before, after), "a chunk of two spans");
    }
  }

  private void change(Random random) {
    int most = random.nextInt(100) == 0 ? 3 << 20 : 3_000;
    var spot = new Spot(PlacementConstraint.of(1L + random.nextInt(most), 64, 64, null));
    assertNull(zone.place(spot, random.nextInt(10) == 0 ? 4096 : 64, 64, null));
    use(spot, 0, 1);
    assertEquals(spot, pools.find(spot.address() + spot.spanBytes() - 1));
    live.add(spot);
    if (random.nextInt(500) != 0) {
      free(live.remove());
    }
  }

  private void free(Spot spot) {
    Retired batch = pools.retire(spot);
    if (batch != null) {
      recycle(batch);
    }
  }

  private void recycle(Retired batch) {
    batch.recycle(
        spot -> {
          use(spot, 1, 0);
          return true;
        });
  }

  @Test
  void anyThread_placesAndFrees_nothingIsSharedOrLost() throws InterruptedException {
    long seed = new Random().nextLong();
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < THREADS; t++) {
      var random = new Random(seed + t);
      var thread =
          new Thread(
              () -> {
                for (int i = 0; i < CHANGES; i++) {
                  change(random);
                }
              });
      thread.setUncaughtExceptionHandler((_, thrown) -> failures.add(thrown));
      threads.add(thread);
      thread.start();
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertEquals(List.of(), List.copyOf(failures), "seed " + seed);
    Invariants.check(pools);
    live.forEach(this::free);
    pools.takeRetired(this::recycle);
    pools.trim(0);
    assertEquals(List.of(), pools.slabs(), "seed " + seed);
  }
}
