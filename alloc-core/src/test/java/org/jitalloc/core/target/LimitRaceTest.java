package org.jitalloc.core.target;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;
import org.jitalloc.JitMemory;
import org.jitalloc.ModMemType;
import org.jitalloc.OwnerUse;
import org.jitalloc.core.policy.Constraints;
import org.jitalloc.core.policy.Limits;
import org.jitalloc.core.policy.Policy;
import org.jitalloc.core.policy.RequestSelector;
import org.jitalloc.core.policy.Rule;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Limits are exact, whoever races for what is left. */
class LimitRaceTest {
  private static final int THREADS = 4;

  private final TargetMemory memory = MemoryLifeTest.openTarget("host");
  private final OwnerAllocator allocator = memory.allocatorFor("a");
  private final ExecutorService pool = Executors.newFixedThreadPool(THREADS);

  @AfterEach
  void close() {
    pool.close();
    memory.close();
  }

  private void limit(long bytes, long allocations) {
    var limits = new Limits(bytes, allocations, false);
    memory
        .rulebook()
        .use(new Policy(List.of(new Rule("limit", RequestSelector.ALL, Constraints.NONE, limits))));
  }

  /** The types' pages differ, so each thread is in shards of its own; denials are expected. */
  private boolean allocate(int thread, long bytes, List<JitMemory> held) {
    ModMemType type = thread % 2 == 0 ? ModMemType.TEXT : ModMemType.DATA;
    try {
      held.add(allocator.allocate(type, bytes));
      return true;
    } catch (JitAllocException denial) {
      assertEquals(Reason.DENIED, denial.reason(), denial.getMessage());
      return false;
    }
  }

  private interface Part {
    void run(int thread) throws Exception;
  }

  private void inThreads(Part part) throws Exception {
    List<Callable<Boolean>> parts = new ArrayList<>();
    var start = new CyclicBarrier(THREADS);
    for (int i = 0; i < THREADS; i++) {
      int thread = i;
      parts.add(
          () -> {
            start.await();
            part.run(thread);
            return true;
          });
    }
    for (Future<Boolean> done : pool.invokeAll(parts)) {
      assertTrue(done.get());
    }
  }

  private long heldBytes() {
    return allocator.owners().stream()
        .filter(use -> use.owner().equals("a"))
        .mapToLong(OwnerUse::usedBytes)
        .sum();
  }

  @Test
  void allThatFits_isGiven_andNoMore() throws Exception {
    int size = 100;
    int fits = 10_000;
    limit(size * fits + 99, 0);
    for (int round = 0; round < 3; round++) {
      List<List<JitMemory>> held = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        held.add(new ArrayList<>());
      }
      // Each stops at the first denial: if one is denied what fits, something is left in the end.
      inThreads(
          thread -> {
            List<JitMemory> mine = held.get(thread);
            while (allocate(thread, size, mine)) {
              assertTrue(mine.size() <= fits);
            }
          });
      assertEquals(fits, held.stream().mapToInt(List::size).sum());
      assertEquals((long) size * fits, heldBytes());
      inThreads(thread -> held.get(thread).forEach(JitMemory::close));
      assertEquals(0, heldBytes());
    }
  }

  @Test
  void freesBesideAllocations_neverAboveTheLimit() throws Exception {
    long limit = 200_000;
    limit(limit, 0);
    // Bytes are added after they are had and taken off before they are given back: never above what
    // is held.
    var held = new AtomicLong();
    inThreads(
        thread -> {
          var random = new SplittableRandom(thread);
          List<JitMemory> mine = new ArrayList<>();
          for (int i = 0; i < 20_000; i++) {
            int size = 1 + random.nextInt(2000);
            if (random.nextInt(5) < 3 && allocate(thread, size, mine)) {
              assertTrue(held.addAndGet(size) <= limit);
            } else if (!mine.isEmpty()) {
              JitMemory block = mine.remove(random.nextInt(mine.size()));
              held.addAndGet(-block.span().bytes());
              block.close();
            }
          }
          for (JitMemory block : mine) {
            held.addAndGet(-block.span().bytes());
            block.close();
          }
        });
    assertEquals(0, heldBytes());
    // Nothing was lost on the way: the whole limit can be had.
    List<JitMemory> all = new ArrayList<>();
    assertTrue(allocate(0, limit, all));
    assertTrue(!allocate(0, 1, all));
  }

  @Test
  void whoNeverNeedsMoreThanTheLimit_isNeverDenied() throws Exception {
    // Each holds at most two of 1000 bytes at once, so together they never want more than there is.
    limit(THREADS * 2000, THREADS * 2);
    inThreads(
        thread -> {
          List<JitMemory> mine = new ArrayList<>();
          var random = new SplittableRandom(thread);
          for (int i = 0; i < 20_000; i++) {
            if (mine.size() < 2 && random.nextBoolean()) {
              assertTrue(allocate(thread + i, 1000, mine), "denied what fits");
            } else if (!mine.isEmpty()) {
              mine.removeFirst().close();
            }
          }
        });
    assertEquals(0, allocator.stats().denied());
  }

  @Test
  void limitsThatChangeMeanwhile_countWhatIsHeld() throws Exception {
    int size = 64;
    inThreads(
        thread -> {
          List<JitMemory> mine = new ArrayList<>();
          for (int i = 0; i < 5_000; i++) {
            if (thread == 0 && i % 50 == 0) {
              limit(size * (100 + i % 200), 0);
            } else if (thread > 0 && !allocate(thread, size, mine) && !mine.isEmpty()) {
              mine.removeLast().close();
            } else if (thread > 0 && mine.size() > 60) {
              mine.removeFirst().close();
            }
          }
          mine.forEach(JitMemory::close);
        });
    limit(size * 100, 0);
    List<JitMemory> all = new ArrayList<>();
    while (allocate(0, size, all)) {
      assertTrue(all.size() <= 100);
    }
    assertEquals(100, all.size());
  }
}
