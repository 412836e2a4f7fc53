package org.jitalloc.core.pack;

import org.jitalloc.arch.PageProtection;

/**
 * Puts memory behind addresses that {@link Pools} has chosen. All methods may be called with the
 * lock of a shard held: they must not call back into it.
 */
public interface SlabSource {

  /**
   * Puts memory behind addresses.
   *
   * @param address the first address: a multiple of {@link Pools#SLAB_BYTES}, unless the range that
   *     was asked for starts or ends inside a slab; then a multiple of {@link Pools#PAGE_BYTES}
   * @param bytes how much, likewise
   * @param protection what the pages allow
   * @throws RuntimeException if there is no memory; the caller of {@link Zone#place} gets it, and
   *     nothing has changed
   */
  void commit(long address, long bytes, PageProtection protection);

  /**
   * Takes back exactly what one {@link #commit} gave; parts of it may be {@linkplain #withdraw
   * away} already.
   *
   * @param address the first address
   * @param bytes how much
   * @param protection what the pages allowed
   * @return false if they cannot go: they are as {@link #commit} gave them, and can be committed
   *     again, in parts or with neighbours, for the same protection alone
   */
  boolean decommit(long address, long bytes, PageProtection protection);

  /**
   * {@return of what length parts of slabs are, and multiples of what, which can be {@linkplain
   * #withdraw taken away}; a power of two from {@link Pools#PAGE_BYTES} on that divides {@link
   * Pools#SLAB_BYTES}}
   */
  default long partBytes() {
    return Pools.PAGE_BYTES;
  }

  /**
   * Takes the memory behind a part of a slab away, in which nothing is; its addresses stay the
   * slab's, and nobody may touch them until the part is {@linkplain #supply given back}.
   *
   * @param address the first address
   * @param bytes how much
   * @param protection what the pages allowed
   * @return false if that is not possible here; nothing has changed then
   */
  default boolean withdraw(long address, long bytes, PageProtection protection) {
    return false;
  }

  /**
   * Puts memory behind a part again that was {@linkplain #withdraw taken away}. It is as {@link
   * #commit} gives it.
   *
   * @param address the first address
   * @param bytes how much
   * @param protection what the pages allow
   * @throws RuntimeException if there is no memory; nothing has changed then
   */
  default void supply(long address, long bytes, PageProtection protection) {
    throw new UnsupportedOperationException("nothing was taken away");
  }

  /**
   * Makes one huge page, if that can be, of a slab of which all parts were given back.
   *
   * @param address the first address of the slab
   * @param bytes its length
   */
  default void makeWhole(long address, long bytes) {}

  /** {@return whether a granule behind each slab is to be left free} */
  default boolean guards() {
    return false;
  }
}
