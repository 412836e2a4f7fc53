package org.jitalloc.core.pack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Set;

/** What must hold between any two calls; the numbers are those of the comment in SharedSlab. */
final class Invariants {
  private Invariants() {}

  static void check(Pools pools) {
    check(pools, 0);
  }

  static void check(Pools pools, long excludedGranules) {
    long granules = 0;
    for (Pool pool : pools.all()) {
      granules += check(pools, pool);
    }
    assertEquals(
        granules + excludedGranules, pools.memory().addresses().takenCount(), "granules taken");
    assertEquals(granules, pools.memory().table().live(), "granules in the table");
  }

  private static long check(Pools pools, Pool pool) {
    long granules = 0;
    for (Shard shard : pool.shards()) {
      granules += check(pools, pool, shard);
    }
    for (RunSlab run : pool.shards()[0].runs.values()) {
      granules += checkFound(pools, pool, run);
      checkSum(run.use());
    }
    return granules;
  }

  private static long check(Pools pools, Pool pool, Shard shard) {
    long granules = 0;
    int empty = 0;
    long free = 0;
    long lastEnd = 0;
    for (int slot = 0; slot < shard.directory.count(); slot++) {
      SharedSlab slab = shard.directory.slab(slot);
      assertEquals(slot, slab.slot);
      assertTrue(Long.compareUnsigned(lastEnd, slab.span().start()) <= 0, "slabs by address");
      lastEnd = slab.span().end();
      check(shard, slab);
      free += slab.use().freeBytes() / Pools.CHUNK_BYTES;
      granules += checkFound(pools, pool, slab);
      empty += slab.isEmpty() ? 1 : 0;
    }
    assertEquals(free, shard.freeChunks(), "free chunks");
    assertEquals(shard.emptySlabs(), empty, "empty slabs");
    assertTrue(empty <= 8, "few empty slabs are kept");
    assertTrue(shard.sparedSlabs() <= empty, "slabs that were not needed are empty");
    return granules;
  }

  private static long checkFound(Pools pools, Pool pool, Slab slab) {
    long start = slab.span().start();
    long last = slab.span().end() - 1;
    assertTrue(pool.range().contains(start) && pool.range().contains(last), "slab in range");
    long first = AddressSpaceMap.granule(start);
    long end = AddressSpaceMap.end(start, slab.span().bytes());
    assertSame(slab, pools.memory().table().get(start));
    assertSame(slab, pools.memory().table().get(last));
    return end - first;
  }

  private static void check(Shard shard, SharedSlab slab) {
    Blocks blocks = shard.blocks;
    Set<Integer> listed = checkLists(shard, slab);
    int block = slab.firstBlock;
    int at = slab.chunk(slab.span().start());
    int taken = 0;
    Set<Integer> free = new HashSet<>();
    for (int before = Blocks.NONE; block != Blocks.NONE; block = blocks.behind(block)) {
      assertEquals(at, blocks.start(block), "I1 tiles");
      assertEquals(before, blocks.before(block), "I1 links");
      at = blocks.end(block);
      if (blocks.isFree(block)) {
        free.add(block);
        assertTrue(before == Blocks.NONE || !blocks.isFree(before), "I2 free blocks touch");
      } else {
        for (int chunk = blocks.start(block); chunk < blocks.end(block); chunk++) {
          assertFalse(slab.pages.isDecommitted(chunk), "a taken chunk has memory");
        }
        taken++;
        assertTrue(slab.starts.get(blocks.start(block)), "I5");
        SpanOwner tenant = slab.owner(blocks.start(block));
        if (tenant != null) {
          assertEquals(block, tenant.block, "I6");
          assertEquals(slab.address(blocks.start(block)), tenant.address(), "I6");
          assertEquals(blocks.length(block) * Pools.CHUNK_BYTES, tenant.spanBytes(), "I6");
        }
      }
      before = block;
    }
    assertEquals(slab.chunk(slab.span().start()) + slab.span().bytes() / 64, at, "I1 the end");
    assertEquals(listed, free, "I3");
    assertEquals(taken, slab.takenBlocks(), "I5");
    checkStarts(slab, taken);
    checkSum(slab.use());
    int longest = free.stream().mapToInt(blocks::length).max().orElse(0);
    assertEquals(longest * Pools.CHUNK_BYTES, slab.use().largestFreeBytes());
  }

  private static void checkStarts(SharedSlab slab, int taken) {
    int starts = 0;
    for (int start = slab.starts.next(0);
        start != HierarchicalBitmap.NONE;
        start = slab.starts.next(start + 1)) {
      starts++;
    }
    assertEquals(taken, starts, "I5");
    for (int chunk = 0; chunk < SharedSlab.CHUNKS; chunk++) {
      assertTrue(slab.owner(chunk) == null || slab.starts.get(chunk), "I6");
    }
  }

  private static void checkSum(SlabUse use) {
    assertTrue(use.usedBytes() >= 0 && use.paddingBytes() >= 0 && use.freeBytes() >= 0);
    assertEquals(
        use.span().bytes(),
        use.usedBytes() + use.paddingBytes() + use.pendingBytes() + use.freeBytes());
  }

  private static Set<Integer> checkLists(Shard shard, SharedSlab slab) {
    Set<Integer> listed = new HashSet<>();
    int greatest = 0;
    for (int c = 0; c < SizeClass.COUNT; c++) {
      boolean any = slab.first(c) != Blocks.NONE;
      assertEquals(any, slab.nextClass(c) == c, "I4 class " + c);
      greatest = any ? c : greatest;
      for (int b = slab.first(c); b != Blocks.NONE; b = shard.blocks.nextFree(b)) {
        assertTrue(listed.add(b), "I3 listed twice");
        assertTrue(shard.blocks.isFree(b), "I3");
        assertEquals(c, SizeClass.of(shard.blocks.length(b)), "I3 class");
      }
    }
    assertEquals(greatest, shard.directory.greatestClass(slab.slot), "I4 of the directory");
    return listed;
  }
}
