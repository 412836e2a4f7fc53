package org.jitalloc.core.pack;

import java.util.BitSet;
import org.jitalloc.arch.PageProtection;

/** Which parts of one slab have no memory. Guarded by the lock of its shard. */
final class Parts {
  /*
   * Policy: a slab gives up the pages of its free blocks if no more than 7/8 of it is taken when
   * all is quiet, or than half at PATIENCE looks at a busy time, when places that are free are soon
   * taken. Parts come back when a place is taken there, some neighbours with them (SUPPLIED_BYTES),
   * and all of them when 15/16 of the slab are taken, so that it can be a huge page again. Between
   * the marks nothing is done. A free block gives up WITHDRAWN_BYTES or more at once: each piece is
   * a mapping of its own.
   * Invariant: a part that is away lies wholly inside one free block.
   */
  private static final int PATIENCE = 2;

  static final long WITHDRAWN_BYTES = 16 << 10;
  static final long SUPPLIED_BYTES = 64 << 10;

  private final SlabSource source;
  private final SharedSlab slab;
  private final int partChunks;
  private final BitSet away = new BitSet();

  /** How many bits there are in `away`: known without a look at them. */
  private int count;

  /** Whether parts went since it was whole: those that came back are not a huge page again. */
  private boolean inPieces;

  /** At how many looks little was taken, one after the other, since parts were taken away. */
  private int sparseLooks;

  /** Whether the source said that no part can go. */
  private boolean indivisible;

  Parts(SlabSource source, SharedSlab slab) {
    this.source = source;
    this.slab = slab;
    partChunks = (int) (source.partBytes() / Pools.CHUNK_BYTES);
  }

  boolean areAllThere() {
    return count == 0;
  }

  boolean isInPieces() {
    return inPieces;
  }

  long bytesAway() {
    return count * source.partBytes();
  }

  /** Whether the part of a chunk has no memory. */
  boolean isAway(int chunk) {
    return away.get(chunk / partChunks);
  }

  /**
   * Looks what is to be done.
   *
   * @param taken how many chunks are taken
   * @param owned of how many
   * @param quiet whether hardly anything came or went since the last look
   */
  void look(int taken, int owned, boolean quiet) {
    int least = owned / (quiet ? 8 : 2);
    sparseLooks = owned - taken >= least ? sparseLooks + 1 : 0;
    if (sparseLooks >= (quiet ? 1 : PATIENCE) && !indivisible) {
      sparseLooks = 0;
      slab.forEachFreeRun((int) (WITHDRAWN_BYTES / Pools.CHUNK_BYTES), this::withdraw);
    } else if (inPieces && taken >= owned - owned / 16) {
      makeWhole();
    }
  }

  private void makeWhole() {
    try {
      supply(0, SharedSlab.CHUNKS);
      source.makeWhole(slab.span().start(), slab.span().bytes());
      inPieces = false;
    } catch (Throwable noMemory) {
      // It stays in pieces, which serve as well, and the next look tries again.
    }
  }

  private void withdraw(int fromChunk, int toChunk) {
    int first = (fromChunk + partChunks - 1) / partChunks;
    int end = toChunk / partChunks;
    while (!indivisible && (first = away.nextClearBit(first)) < end) {
      int stop = away.nextSetBit(first);
      int next = stop < 0 ? end : Math.min(stop, end);
      if ((next - first) * source.partBytes() >= WITHDRAWN_BYTES) {
        withdrawParts(first, next);
      }
      first = next;
    }
  }

  private void withdrawParts(int first, int end) {
    if (withdrawn(address(first), (end - first) * source.partBytes())) {
      away.set(first, end);
      count += end - first;
      inPieces = true;
    } else {
      indivisible = true;
    }
  }

  /**
   * Sees to it that chunks that are going to be taken have memory. If that fails, all is as it was.
   */
  void supplyAround(int fromChunk, int chunks) {
    int around = Math.max(partChunks, (int) (SUPPLIED_BYTES / Pools.CHUNK_BYTES));
    supply(fromChunk & -around, fromChunk + chunks + around - 1 & -around);
  }

  private void supply(int fromChunk, int toChunk) {
    int limit = toChunk / partChunks;
    int first = away.nextSetBit(fromChunk / partChunks);
    while (first >= 0 && first < limit) {
      int end = Math.min(away.nextClearBit(first), limit);
      source.supply(address(first), (end - first) * source.partBytes(), protection());
      away.clear(first, end);
      count -= end - first;
      first = away.nextSetBit(end);
    }
  }

  /**
   * {@return whether pages are to be supplied before they are used} After an error nobody knows,
   * and to supply them is right in any case.
   */
  private boolean withdrawn(long address, long bytes) {
    try {
      return source.withdraw(address, bytes, protection());
    } catch (Throwable failure) {
      slab.shard.pool.report(new IllegalStateException("pages were not given back", failure));
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
