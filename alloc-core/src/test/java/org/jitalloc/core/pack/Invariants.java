package org.jitalloc.core.pack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.BitSet;

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
    assertEquals(granules + excludedGranules, pools.granules().takenCount(), "granules taken");
    assertEquals(granules, pools.table().live(), "granules in the table");
  }

  private static long check(Pools pools, Pool pool) {
    long granules = 0;
    int empty = 0;
    long lastEnd = 0;
    for (int slot = 0; slot < pool.directory.count(); slot++) {
      SharedSlab slab = pool.directory.slab(slot);
      assertEquals(slot, slab.slot);
      assertTrue(Long.compareUnsigned(lastEnd, slab.span().start()) <= 0, "slabs by address");
      lastEnd = slab.span().end();
      check(slab);
      granules += checkFound(pools, pool, slab);
      empty += slab.isEmpty() ? 1 : 0;
    }
    assertEquals(pool.emptySlabs, empty, "empty slabs");
    assertTrue(empty <= 1, "one empty slab is kept");
    for (RunSlab run : pool.runs.values()) {
      granules += checkFound(pools, pool, run);
      checkSum(run.use());
    }
    checkClasses(pool.directory);
    return granules;
  }

  private static long checkFound(Pools pools, Pool pool, Slab slab) {
    long start = slab.span().start();
    long last = slab.span().end() - 1;
    assertTrue(pool.range().contains(start) && pool.range().contains(last), "slab in range");
    long first = Granules.granule(start);
    long end = Granules.end(start, slab.span().bytes());
    for (long granule = first; granule < end; granule++) {
      assertSame(slab, pools.table().get(granule));
    }
    return end - first;
  }

  private static void checkClasses(Directory directory) {
    for (int c = 0; c < SizeClass.COUNT; c++) {
      boolean any = directory.nextSlot(c, 0, directory.count()) != Directory.NONE;
      assertEquals(any, directory.nextClass(c) == c, "mask of class " + c);
    }
  }

  private static void check(SharedSlab slab) {
    int first = slab.chunk(slab.span().start());
    int end = first + (int) (slab.span().bytes() / Pools.CHUNK_BYTES);
    BitSet free = new BitSet();
    int inUse = 0;
    int retired = 0;
    long inUseChunks = 0;
    long retiredChunks = 0;
    boolean wasFree = false;
    for (int b = 0; b != Bits.NONE; b = slab.bounds.next(b + 1)) {
      boolean own = b >= first && b < end;
      boolean isFree = !slab.taken.get(b);
      assertFalse(wasFree && isFree, "I2 free blocks touch");
      wasFree = isFree;
      assertTrue(own || !isFree, "edges are taken for ever");
      if (isFree) {
        free.set(b);
        assertFalse(slab.retired.get(b), "I1 retired is taken");
      } else if (own && slab.retired.get(b)) {
        retired++;
        retiredChunks += slab.length(b);
      } else if (own) {
        inUse++;
        inUseChunks += slab.length(b);
      }
      if (isFree || !own || slab.retired.get(b)) {
        assertNull(slab.tenant(b), "I6 tenant of a block that is not in use");
      }
    }
    checkBits(slab);
    checkLists(slab, free);
    assertEquals(inUse, slab.inUse, "I5");
    assertEquals(retired, slab.retiredCount, "I5");
    SlabUse use = slab.use();
    assertEquals(inUseChunks * Pools.CHUNK_BYTES, use.usedBytes() + use.paddingBytes(), "I5");
    assertEquals(retiredChunks * Pools.CHUNK_BYTES, use.pendingBytes(), "I5");
    int longest = free.stream().map(slab::length).max().orElse(0);
    assertEquals(longest * Pools.CHUNK_BYTES, use.largestFreeBytes());
    checkSum(use);
  }

  private static void checkSum(SlabUse use) {
    assertTrue(use.usedBytes() >= 0 && use.paddingBytes() >= 0 && use.freeBytes() >= 0);
    assertEquals(
        use.span().bytes(),
        use.usedBytes() + use.paddingBytes() + use.pendingBytes() + use.freeBytes());
  }

  private static void checkBits(SharedSlab slab) {
    for (Bits inner : new Bits[] {slab.taken, slab.retired}) {
      for (int b = inner.next(0); b != Bits.NONE; b = inner.next(b + 1)) {
        assertTrue(slab.bounds.get(b), "I1 a mark on no block");
      }
    }
    for (int b = slab.retired.next(0); b != Bits.NONE; b = slab.retired.next(b + 1)) {
      assertTrue(slab.taken.get(b), "I1 retired is taken");
    }
  }

  private static void checkLists(SharedSlab slab, BitSet free) {
    BitSet listed = new BitSet();
    for (int c = 0; c < SizeClass.COUNT; c++) {
      boolean any = slab.free.first(c) != FreeBlocks.NONE;
      assertEquals(any, slab.pool.directory.has(slab.slot, c), "I4 class " + c);
      for (int b = slab.free.first(c); b != FreeBlocks.NONE; b = slab.free.next(b)) {
        assertFalse(listed.get(b), "I3 listed twice");
        listed.set(b);
        assertEquals(c, SizeClass.of(slab.length(b)), "I3 class");
        assertNotEquals(0, slab.length(b));
      }
    }
    assertEquals(free, listed, "I3");
  }
}
