package org.jitalloc.core.pack;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.List;
import org.jitalloc.Span;
import org.jspecify.annotations.Nullable;

/** A slab that many spans share. */
final class SharedSlab extends Slab {
  /*
   * The slab is cut into chunks, and the chunks are tiled by blocks: in use, retired or free.
   *   bounds   the first chunk of each block; a block ends where the next one starts
   *   taken    of these, the blocks that are in use or retired     retired   of these, the retired
   *   free     the free blocks by size class                       tenants   by the first chunk
   * A slab at the edge of a range owns only some of its chunks; the others are blocks that are taken
   * for ever, so nothing below has to know.
   *
   * Invariants (Invariants in the tests checks them after every step):
   *   I1 blocks tile the chunks; taken is a subset of bounds, retired of taken
   *   I2 no two free blocks touch     I3 each free block is in the list of its class, and only there
   *   I4 the directory of the pool has this slab under exactly the classes that have a block
   *   I5 the counters are the sums over blocks     I6 only blocks in use have a tenant
   *
   * Locks: the lock of the pool guards everything; find takes none (see Bits; tenants are published
   * by release and acquire).
   * Cost: all operations constant: a few words of each level, never a scan. Off the pages, per slab:
   * 64 KiB of links, 12.4 KiB of bits, 128 KiB of tenants with compressed references.
   */
  static final int CHUNKS = (int) (Pools.SLAB_BYTES / Pools.CHUNK_BYTES);

  private static final VarHandle TENANT = MethodHandles.arrayElementVarHandle(Object[].class);

  /** The address of chunk 0, which is the slab's own unless the range begins inside the slab. */
  final long base;

  final Bits bounds = new Bits(CHUNKS);
  final Bits taken = new Bits(CHUNKS);
  final Bits retired = new Bits(CHUNKS);
  final FreeBlocks free = new FreeBlocks();
  private final @Nullable Object[] tenants = new Object[CHUNKS];

  /** Where the directory of the pool has it. */
  int slot;

  int inUse;
  int retiredCount;
  private long usedBytes;
  private long takenChunks;
  private long retiredChunks;

  SharedSlab(Pool pool, Span span) {
    super(pool, span);
    base = span.start() & -Pools.SLAB_BYTES;
    int first = chunk(span.start());
    int end = first + (int) (span.bytes() / Pools.CHUNK_BYTES);
    bounds.set(first);
    if (first > 0) {
      bounds.set(0);
      taken.set(0);
    }
    if (end < CHUNKS) {
      bounds.set(end);
      taken.set(end);
    }
    free.add(first, SizeClass.of(end - first));
  }

  int chunk(long address) {
    return (int) ((address - base) / Pools.CHUNK_BYTES);
  }

  long address(int chunk) {
    return base + chunk * Pools.CHUNK_BYTES;
  }

  /** {@return the length of a block in chunks} */
  int length(int block) {
    return end(block) - block;
  }

  private int end(int block) {
    int next = bounds.next(block + 1);
    return next == Bits.NONE ? CHUNKS : next;
  }

  boolean isEmpty() {
    return inUse == 0 && retiredCount == 0;
  }

  @Nullable Object tenant(int chunk) {
    return TENANT.getAcquire(tenants, chunk);
  }

  /** Takes chunks out of a free block that holds them. */
  void take(int block, int at, int chunks, long bytes) {
    int end = end(block);
    unlist(block, end - block);
    if (block < at) {
      list(block, at - block);
      bounds.set(at);
    }
    taken.set(at);
    if (at + chunks < end) {
      bounds.set(at + chunks);
      list(at + chunks, end - at - chunks);
    }
    inUse++;
    usedBytes += bytes;
    takenChunks += chunks;
  }

  @Override
  public void attach(long address, Object tenant) {
    synchronized (pool.lock) {
      TENANT.setRelease(tenants, blockInUse(address), tenant);
    }
  }

  @Override
  public @Nullable Object find(long address) {
    if (!span().contains(address)) {
      return null;
    }
    int block = bounds.previous(chunk(address));
    return block == Bits.NONE ? null : tenant(block);
  }

  @Override
  public void retire(long address, long bytes) {
    synchronized (pool.lock) {
      int block = blockInUse(address);
      int chunks = length(block);
      if (bytes <= 0 || bytes > chunks * Pools.CHUNK_BYTES) {
        throw no("the span has another length: bytes=%d".formatted(bytes), address);
      }
      TENANT.setRelease(tenants, block, null);
      retired.set(block);
      inUse--;
      retiredCount++;
      usedBytes -= bytes;
      takenChunks -= chunks;
      retiredChunks += chunks;
    }
  }

  private int blockInUse(long address) {
    if (isSpanStart(address)) {
      int block = chunk(address);
      if (taken.get(block) && !retired.get(block)) {
        return block;
      }
    }
    throw no("no span in use starts here", address);
  }

  private boolean isSpanStart(long address) {
    return span().contains(address) && (address & Pools.CHUNK_BYTES - 1) == 0;
  }

  @Override
  public void recycle(long address) {
    synchronized (pool.lock) {
      if (!isSpanStart(address) || !retired.get(chunk(address))) {
        throw no("no retired span starts here", address);
      }
      int block = chunk(address);
      int chunks = length(block);
      retired.clear(block);
      taken.clear(block);
      retiredCount--;
      retiredChunks -= chunks;
      join(block, block + chunks);
      if (isEmpty()) {
        pool.emptied(this);
      }
    }
  }

  /** Makes a free block of these chunks and of the free blocks that touch them. */
  private void join(int start, int end) {
    int newStart = start;
    int newEnd = end;
    if (end < CHUNKS && !taken.get(end)) {
      newEnd = end(end);
      unlist(end, newEnd - end);
      bounds.clear(end);
    }
    int before = start == 0 ? Bits.NONE : bounds.previous(start - 1);
    if (before != Bits.NONE && !taken.get(before)) {
      unlist(before, start - before);
      bounds.clear(start);
      newStart = before;
    }
    list(newStart, newEnd - newStart);
  }

  private void list(int block, int chunks) {
    int sizeClass = SizeClass.of(chunks);
    if (free.add(block, sizeClass)) {
      pool.directory.add(this, sizeClass);
    }
  }

  private void unlist(int block, int chunks) {
    int sizeClass = SizeClass.of(chunks);
    if (free.remove(block, sizeClass)) {
      pool.directory.remove(this, sizeClass);
    }
  }

  /** {@return the length of its longest free block in chunks} */
  int longestFree() {
    int sizeClass = SizeClass.COUNT - 1;
    while (sizeClass > 0 && free.first(sizeClass) == FreeBlocks.NONE) {
      sizeClass--;
    }
    int longest = 0;
    for (int b = free.first(sizeClass); b != FreeBlocks.NONE; b = free.next(b)) {
      longest = Math.max(longest, length(b));
    }
    return longest;
  }

  @Override
  void addTenants(List<Object> all) {
    for (int block = taken.next(0); block != Bits.NONE; block = taken.next(block + 1)) {
      Object tenant = tenant(block);
      if (tenant != null) {
        all.add(tenant);
      }
    }
  }

  @Override
  SlabUse use() {
    long inUseBytes = takenChunks * Pools.CHUNK_BYTES;
    long pendingBytes = retiredChunks * Pools.CHUNK_BYTES;
    return new SlabUse(
        span(),
        protection(),
        inUse,
        usedBytes,
        inUseBytes - usedBytes,
        pendingBytes,
        span().bytes() - inUseBytes - pendingBytes,
        longestFree() * Pools.CHUNK_BYTES);
  }
}
