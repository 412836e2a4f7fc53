package org.jitalloc.core.pack;

import org.jitalloc.arch.PageProtection;

/**
 * Puts memory behind addresses that {@link Pools} has chosen. Both methods may be called with the
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
   * Takes back exactly what one {@link #commit} gave.
   *
   * @param address the first address
   * @param bytes how much
   * @param protection what the pages allowed
   * @return false if they cannot go: they are as {@link #commit} gave them, and can be committed
   *     again, in parts or with neighbours, for the same protection alone
   */
  boolean decommit(long address, long bytes, PageProtection protection);

  /** {@return whether a granule behind each slab is to be left free} */
  default boolean guards() {
    return false;
  }
}
