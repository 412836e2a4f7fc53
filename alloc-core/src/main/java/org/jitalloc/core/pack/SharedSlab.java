package org.jitalloc.core.pack;

import java.util.List;
import org.jitalloc.Span;
import org.jspecify.annotations.Nullable;

/** A slab that many spans share. */
final class SharedSlab extends Slab {
  /*
   * The slab is cut into chunks, and the chunks are tiled by blocks, taken or free.
   *   starts   the first chunks of the taken blocks
   *   owners   by the first chunk; former owners stay until the block is free
   *   heads    for each size class the first free block of its list
   * A slab at the edge of a range owns only some of its chunks: the others are in no block.
   *
   * Invariants (Invariants in the tests checks them after every step):
   *   I1 blocks tile the chunks that the slab owns     I2 no two free blocks touch
   *   I3 each free block is in the list of its class, and only there
   *   I4 the bits of `classes` are those of the lists that are not empty; the directory of the
   *   shard knows the highest one
   *   I5 `takenBlocks` counts starts     I6 only taken blocks have an owner, and an owner that is
   *   present has the block that it names
   *
   * Locks: the lock of the shard guards everything; find takes none (see HierarchicalBitmap and
   * StartTable).
   * Cost: a few words for each operation, never a scan. Java heap per slab: 4 KiB of bits, 2 to
   * 130 KiB of owners with compressed references, and 32 bytes for each block.
   */
  private static final int PROBES = 4;

  static final int CHUNKS = (int) (Pools.SLAB_BYTES / Pools.CHUNK_BYTES);

  /** The address of chunk 0, which is the slab's own unless the range begins inside the slab. */
  final long base;

  final HierarchicalBitmap starts = new HierarchicalBitmap(CHUNKS);
  private final Blocks blocks;
  private final int[] heads = new int[SizeClass.COUNT];

  /** The classes that have a block: 0 to 63, and the others. */
  private long lowClasses;

  private long highClasses;

  private int greatestClass;

  private final StartTable owners = new StartTable(CHUNKS);

  /** The block with the lowest address: always the same, whatever is cut off it or joined to it. */
  final int firstBlock;

  /** Its index in the directory of the shard. */
  int slot;

  private int takenBlocks;

  final PageReclaimer pages;

  SharedSlab(SlabKeeper keeper, Blocks blocks, Span span) {
    super(keeper, span);
    this.blocks = blocks;
    base = span.start() & -Pools.SLAB_BYTES;
    firstBlock = blocks.create(chunk(span.start()), (int) (span.bytes() / Pools.CHUNK_BYTES));
    blocks.list(firstBlock, Blocks.NONE);
    int sizeClass = SizeClass.of(blocks.length(firstBlock));
    heads[sizeClass] = firstBlock;
    flip(sizeClass);
    greatestClass = sizeClass;
    pages = new PageReclaimer(keeper.source(), this);
  }

  int chunk(long address) {
    return (int) ((address - base) / Pools.CHUNK_BYTES);
  }

  long address(int chunk) {
    return base + chunk * Pools.CHUNK_BYTES;
  }

  boolean isEmpty() {
    return takenBlocks == 0;
  }

  int takenBlocks() {
    return takenBlocks;
  }

  /** {@return the first free block of a class, or NONE} */
  int first(int sizeClass) {
    return heads[sizeClass];
  }

  /** {@return the owner of the span that begins with a chunk; null if it is retired or free} */
  @Nullable SpanOwner owner(int chunk) {
    SpanOwner owner = owners.get(chunk);
    return owner != null && owner.isPresent() && owner.address() == address(chunk) ? owner : null;
  }

  /** Cuts chunks out of a free block; {@return the taken block that they become} */
  int take(int block, int at, int chunks) {
    unlist(block);
    int taken = block;
    int before = at - blocks.start(block);
    if (before > 0) {
      taken = blocks.split(block, before);
      list(block);
    }
    if (blocks.length(taken) > chunks) {
      list(blocks.split(taken, chunks));
    }
    starts.set(at);
    takenBlocks++;
    keeper.addFreeChunks(-chunks);
    return taken;
  }

  /** Allocates room for an owner at a chunk, so that {@link #setOwner} allocates nothing. */
  void reserve(int at) {
    owners.reserve(at, address(at));
  }

  /** Gives a taken block to its admitted owner, and publishes it to lookups. */
  void setOwner(int block, int at, int chunks, SpanOwner owner) {
    owner.block = block;
    owner.setPlace(this, address(at), chunks);
    owners.set(at, owner);
  }

  @Override
  @Nullable SpanOwner find(long address) {
    int start = starts.previous(chunk(address));
    SpanOwner owner = start == HierarchicalBitmap.NONE ? null : owners.get(start);
    return owner != null && owner.isFoundAt(address) ? owner : null;
  }

  /** Frees a taken block without an owner. The slab itself may be given back by this. */
  void recycle(int block) {
    int joined = block;
    int start = blocks.start(block);
    starts.clear(start);
    owners.clear(start, !starts.hasNear(start));
    takenBlocks--;
    keeper.addFreeChunks(blocks.length(block));
    int behind = blocks.behind(joined);
    if (behind != Blocks.NONE && blocks.isFree(behind)) {
      unlist(behind);
      blocks.join(joined, behind);
    }
    int before = blocks.before(joined);
    if (before != Blocks.NONE && blocks.isFree(before)) {
      unlist(before);
      joined = blocks.join(before, joined);
    }
    list(joined);
    if (takenBlocks == 0) {
      keeper.emptied(this);
    }
  }

  private void list(int block) {
    int sizeClass = SizeClass.of(blocks.length(block));
    int head = heads[sizeClass];
    blocks.list(block, head);
    heads[sizeClass] = block;
    if (head == Blocks.NONE) {
      flip(sizeClass);
      if (sizeClass > greatestClass) {
        greatestIs(sizeClass);
      }
    }
  }

  private void unlist(int block) {
    int sizeClass = SizeClass.of(blocks.length(block));
    int head = blocks.unlist(block, heads[sizeClass]);
    heads[sizeClass] = head;
    if (head == Blocks.NONE) {
      flip(sizeClass);
      if (sizeClass == greatestClass) {
        greatestIs(highestBit());
      }
    }
  }

  private void flip(int sizeClass) {
    if (sizeClass < Long.SIZE) {
      lowClasses ^= 1L << sizeClass;
    } else {
      highClasses ^= 1L << sizeClass;
    }
  }

  private int highestBit() {
    return highClasses != 0
        ? 2 * Long.SIZE - 1 - Long.numberOfLeadingZeros(highClasses)
        : Math.max(0, Long.SIZE - 1 - Long.numberOfLeadingZeros(lowClasses));
  }

  private void greatestIs(int sizeClass) {
    greatestClass = sizeClass;
    keeper.greatestClassChanged(this);
  }

  /** {@return the least class that is {@code from} or more and has a block, or COUNT} */
  int nextClass(int from) {
    long low = from < Long.SIZE ? lowClasses & -1L << from : 0;
    if (low != 0) {
      return Long.numberOfTrailingZeros(low);
    }
    long high = from <= Long.SIZE ? highClasses : highClasses & -1L << from;
    return high == 0 ? SizeClass.COUNT : Long.SIZE + Long.numberOfTrailingZeros(high);
  }

  /** {@return the greatest class that has a block; 0 if nothing is free} */
  int greatestClass() {
    return greatestClass;
  }

  /**
   * {@return a free block for a number of chunks: of the least class whose blocks are all long
   * enough, or one of the first few of its own class that is; NONE if there is none}
   */
  int fit(int chunks) {
    int sure = SizeClass.allAtLeast(chunks);
    int own = SizeClass.of(chunks);
    if (own < sure) {
      int left = PROBES;
      for (int b = heads[own]; b != Blocks.NONE && left > 0; b = blocks.nextFree(b)) {
        if (blocks.length(b) >= chunks) {
          return b;
        }
        left--;
      }
    }
    int sizeClass = nextClass(sure);
    return sizeClass == SizeClass.COUNT ? Blocks.NONE : heads[sizeClass];
  }

  /** An action on free chunks. */
  interface FreeRun {
    void at(int from, int to);
  }

  /** Calls an action for all free blocks of at least a number of chunks. */
  void forEachFreeRun(int chunks, FreeRun action) {
    for (int c = nextClass(SizeClass.of(chunks)); c < SizeClass.COUNT; c = nextClass(c + 1)) {
      for (int b = heads[c]; b != Blocks.NONE; b = blocks.nextFree(b)) {
        if (blocks.length(b) >= chunks) {
          action.at(blocks.start(b), blocks.end(b));
        }
      }
    }
  }

  /** Ends a period: its memory follows its use, see {@link PageReclaimer}. */
  void thin(boolean quiet) {
    int owned = (int) (span().bytes() / Pools.CHUNK_BYTES);
    pages.endPeriod(owned - freeChunks(), owned, quiet);
  }

  private int freeChunks() {
    int free = 0;
    for (int c = nextClass(0); c < SizeClass.COUNT; c = nextClass(c + 1)) {
      for (int b = heads[c]; b != Blocks.NONE; b = blocks.nextFree(b)) {
        free += blocks.length(b);
      }
    }
    return free;
  }

  /** {@return the length of its longest free block in chunks} */
  int longestFree() {
    int longest = 0;
    for (int b = heads[greatestClass]; b != Blocks.NONE; b = blocks.nextFree(b)) {
      longest = Math.max(longest, blocks.length(b));
    }
    return longest;
  }

  @Override
  void addOwners(List<SpanOwner> all) {
    for (int start = starts.next(0);
        start != HierarchicalBitmap.NONE;
        start = starts.next(start + 1)) {
      SpanOwner owner = owner(start);
      if (owner != null) {
        all.add(owner);
      }
    }
  }

  @Override
  SlabUse use() {
    int allocations = 0;
    long usedBytes = 0;
    long spanBytes = 0;
    for (int start = starts.next(0);
        start != HierarchicalBitmap.NONE;
        start = starts.next(start + 1)) {
      SpanOwner owner = owner(start);
      if (owner != null) {
        allocations++;
        usedBytes += owner.bytes();
        spanBytes += owner.spanBytes();
      }
    }
    long freeBytes = freeChunks() * Pools.CHUNK_BYTES;
    return new SlabUse(
        span(),
        span().bytes() - pages.decommittedBytes(),
        protection(),
        allocations,
        usedBytes,
        spanBytes - usedBytes,
        span().bytes() - spanBytes - freeBytes,
        freeBytes,
        longestFree() * Pools.CHUNK_BYTES);
  }
}
