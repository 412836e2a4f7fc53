package org.jitalloc.core.pack;

import java.util.BitSet;
import org.jitalloc.arch.PageProtection;

/** Gives back pages of one slab that no span needs. Guarded by the lock of the shard. */
final class PageReclaimer {
  /*
   * Policy: the pages of free blocks are decommitted if at most 7/8 of the slab is taken in a quiet
   * period, or at most half of it in PATIENCE busy periods, when free places are soon taken again.
   * Pages are recommitted when a place there is taken, some neighbours with them (RECOMMIT_BYTES),
   * and all of them when 15/16 of the slab are taken, so that it can be a huge page again. Between
   * these marks nothing is done. A free block gives up DECOMMIT_BYTES or more at once, since each
   * piece is a mapping of its own. A part is the unit: a page, or more where pages are larger.
   * Invariant: a decommitted part lies wholly inside one free block.
   */
  private static final int PATIENCE = 2;

  static final long DECOMMIT_BYTES = 16 << 10;
  static final long RECOMMIT_BYTES = 64 << 10;

  private final SlabSource source;
  private final SharedSlab slab;
  private final int partChunks;
  private final BitSet away = new BitSet();

  /** The number of bits of `away`. */
  private int count;

  /** Whether parts were decommitted since the slab was one huge page. */
  private boolean inPieces;

  /** The number of successive periods with little taken, since parts were decommitted. */
  private int sparsePeriods;

  /** Whether the source cannot decommit parts. */
  private boolean indivisible;

  PageReclaimer(SlabSource source, SharedSlab slab) {
    this.source = source;
    this.slab = slab;
    partChunks = (int) (source.partBytes() / Pools.CHUNK_BYTES);
  }

  boolean isCommitted() {
    return count == 0;
  }

  boolean isInPieces() {
    return inPieces;
  }

  long decommittedBytes() {
    return count * source.partBytes();
  }

  /** {@return whether the part of a chunk has no memory} */
  boolean isDecommitted(int chunk) {
    return away.get(chunk / partChunks);
  }

  /**
   * Applies the policy at the end of a period.
   *
   * @param taken the number of chunks that are taken
   * @param owned the number of chunks of the slab
   * @param quiet whether the period had few allocations and frees
   */
  void endPeriod(int taken, int owned, boolean quiet) {
    int least = owned / (quiet ? 8 : 2);
    sparsePeriods = owned - taken >= least ? sparsePeriods + 1 : 0;
    if (sparsePeriods >= (quiet ? 1 : PATIENCE) && !indivisible) {
      sparsePeriods = 0;
      slab.forEachFreeRun((int) (DECOMMIT_BYTES / Pools.CHUNK_BYTES), this::decommit);
    } else if (inPieces && taken >= owned - owned / 16) {
      collapse();
    }
  }

  private void collapse() {
    try {
      recommit(0, SharedSlab.CHUNKS);
      source.collapse(slab.span().start(), slab.span().bytes());
      inPieces = false;
    } catch (Throwable noMemory) {
      // It stays in pieces, which work as well. The next period tries again.
    }
  }

  private void decommit(int fromChunk, int toChunk) {
    int first = (fromChunk + partChunks - 1) / partChunks;
    int end = toChunk / partChunks;
    while (!indivisible && (first = away.nextClearBit(first)) < end) {
      int stop = away.nextSetBit(first);
      int next = stop < 0 ? end : Math.min(stop, end);
      if ((next - first) * source.partBytes() >= DECOMMIT_BYTES) {
        decommitParts(first, next);
      }
      first = next;
    }
  }

  private void decommitParts(int first, int end) {
    if (tryDecommit(address(first), (end - first) * source.partBytes())) {
      away.set(first, end);
      count += end - first;
      inPieces = true;
    } else {
      indivisible = true;
    }
  }

  /**
   * Recommits the memory of chunks that are going to be taken. If that fails, nothing has changed.
   */
  void recommitAround(int fromChunk, int chunks) {
    int around = Math.max(partChunks, (int) (RECOMMIT_BYTES / Pools.CHUNK_BYTES));
    recommit(fromChunk & -around, fromChunk + chunks + around - 1 & -around);
  }

  private void recommit(int fromChunk, int toChunk) {
    int limit = toChunk / partChunks;
    int first = away.nextSetBit(fromChunk / partChunks);
    while (first >= 0 && first < limit) {
      int end = Math.min(away.nextClearBit(first), limit);
      source.recommit(address(first), (end - first) * source.partBytes(), protection());
      away.clear(first, end);
      count -= end - first;
      first = away.nextSetBit(end);
    }
  }

  /**
   * Decommits pages. {@return whether they have to be recommitted before they are used} After an
   * error that is unknown, and to recommit them is right in any case.
   */
  private boolean tryDecommit(long address, long bytes) {
    try {
      return source.decommit(address, bytes, protection());
    } catch (Throwable failure) {
      slab.keeper.report(new IllegalStateException("pages were not given back", failure));
      return true;
    }
  }

  private long address(int part) {
    return slab.address(part * partChunks);
  }

  private PageProtection protection() {
    return slab.protection();
  }
}
