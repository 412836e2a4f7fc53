package org.jitalloc.core.pack;

import org.jspecify.annotations.Nullable;

/**
 * The owner of a span. It is found by the addresses of the span, and called when it gets the span
 * and when it gives it up.
 *
 * <p>An owner has one span, once. The calls are made with the lock of the shard of the span held,
 * so counters by shard need no other lock.
 */
public abstract class SpanOwner {
  private final long bytes;
  private long address;
  private int chunks;
  @Nullable Slab slab;

  /** Whether lookups find it. A read without the lock may be late. */
  private boolean present;

  /** In a shared slab, its block. */
  int block;

  /**
   * Makes an owner without a span.
   *
   * @param bytes the length of the span that it asks for, in bytes
   */
  protected SpanOwner(long bytes) {
    this.bytes = bytes;
  }

  /** {@return the length that was asked for} */
  public final long bytes() {
    return bytes;
  }

  /** {@return the first address of its span; 0 before it has one} */
  public final long address() {
    return address;
  }

  /** {@return the length of its span after rounding} */
  public final long spanBytes() {
    return chunks * Pools.CHUNK_BYTES;
  }

  final int chunks() {
    return chunks;
  }

  final void setPlace(Slab newSlab, long newAddress, int newChunks) {
    slab = newSlab;
    address = newAddress;
    chunks = newChunks;
    placed(newSlab.keeper.index());
    present = true;
  }

  /** Makes lookups miss it. Its place stays taken. */
  final void retire(int shard) {
    retired(shard);
    present = false;
  }

  final boolean isPresent() {
    return present;
  }

  final boolean isFoundAt(long where) {
    return present && where - address >= 0 && where - address < spanBytes();
  }

  /** {@return whether it has a span, in use or retired} */
  public final boolean hasPlace() {
    return slab != null;
  }

  /** {@return whether its slab holds only this span and is given back with it} */
  public final boolean hasOwnSlab() {
    return slab instanceof RunSlab;
  }

  /**
   * Admits a search for a place in a shard. Nothing has changed yet.
   *
   * @param shard the number of the shard, below {@link Pools#shardCount()}
   * @throws RuntimeException to refuse
   */
  protected abstract void admit(int shard);

  /**
   * Undoes {@link #admit}: there was no place in the shard, or no memory.
   *
   * @param shard the number of the shard
   */
  protected abstract void refund(int shard);

  /**
   * Notes that it has its place. Lookups do not find it yet. Must not throw.
   *
   * @param shard the number of the shard, below {@link Pools#shardCount()}
   */
  protected abstract void placed(int shard);

  /**
   * Notes that it gives its place up. Lookups miss it from now on.
   *
   * @param shard the number of the shard
   * @throws RuntimeException to refuse, which it must the second time; nothing has changed then
   */
  protected abstract void retired(int shard);
}
