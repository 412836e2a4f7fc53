package org.jitalloc.core.pack;

import org.jspecify.annotations.Nullable;

/**
 * Who holds a span: found by its addresses, told when it gets its place and when it gives it up.
 *
 * <p>One tenant holds one span, once. The lock of the {@link Shard} that the span is in is held
 * during the calls, so what a tenant counts by shard needs no other lock.
 */
public abstract class Tenant {
  private final long bytes;
  private long address;
  private int chunks;
  @Nullable Slab slab;

  /** Whether it is found. Who reads this without the lock may be late. */
  private boolean present;

  /** In a shared slab, its block. */
  int block;

  /**
   * Makes a tenant without a place.
   *
   * @param bytes the length of the span that it wants, in bytes
   */
  protected Tenant(long bytes) {
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

  final void moveIn(Slab newSlab, long newAddress, int newChunks) {
    slab = newSlab;
    address = newAddress;
    chunks = newChunks;
    placed(newSlab.shard.index);
    present = true;
  }

  /** Nobody finds it from now on; its place stays taken. */
  final void moveOut(int shard) {
    retired(shard);
    present = false;
  }

  final boolean isPresent() {
    return present;
  }

  final boolean isFoundAt(long where) {
    return present && where - address >= 0 && where - address < spanBytes();
  }

  /** {@return whether its slab was made for it and goes with it} */
  public final boolean hasOwnSlab() {
    return slab instanceof RunSlab;
  }

  /**
   * A place is going to be looked for in a shard, and nothing has changed yet.
   *
   * @param shard the number of the shard, below {@link Pools#shardCount()}
   * @throws RuntimeException to refuse
   */
  protected abstract void admit(int shard);

  /**
   * There was no place in the shard, or no memory: undoes {@link #admit}.
   *
   * @param shard the number of the shard
   */
  protected abstract void refund(int shard);

  /**
   * The tenant was admitted and has its place, but nobody finds it yet. Must not throw.
   *
   * @param shard the number of the shard, below {@link Pools#shardCount()}
   */
  protected abstract void placed(int shard);

  /**
   * The tenant gives its place up; nobody finds it from now on.
   *
   * @param shard the number of the shard
   * @throws RuntimeException to refuse, as it must the second time; nothing has changed then
   */
  protected abstract void retired(int shard);
}
