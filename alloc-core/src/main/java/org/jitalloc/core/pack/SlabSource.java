package org.jitalloc.core.pack;

import org.jitalloc.arch.PageProtection;

/**
 * Maps memory at addresses that {@link Pools} has chosen. All methods may be called with the lock
 * of a shard held: they must not call back into the pools.
 */
public interface SlabSource {

  /**
   * Maps memory.
   *
   * @param address the first address: a multiple of {@link Pools#SLAB_BYTES}, unless the range of
   *     the zone starts or ends inside a slab; then a multiple of {@link Pools#PAGE_BYTES}
   * @param bytes the length, likewise
   * @param protection the permissions of the pages
   * @throws RuntimeException if there is no memory; the caller of {@link Zone#place} gets it, and
   *     nothing has changed
   */
  void map(long address, long bytes, PageProtection protection);

  /**
   * Unmaps exactly the memory of one {@link #map}; parts of it may be {@linkplain #decommit
   * decommitted}.
   *
   * @param address the first address
   * @param bytes the length
   * @param protection the permissions of the pages
   * @return false if they cannot be unmapped: they are as {@link #map} left them, and can be mapped
   *     again, in parts or with neighbours, with the same protection only
   */
  boolean unmap(long address, long bytes, PageProtection protection);

  /**
   * {@return the unit of {@link #decommit} in bytes: a power of two, {@link Pools#PAGE_BYTES} or
   * more, that divides {@link Pools#SLAB_BYTES}}
   */
  default long partBytes() {
    return Pools.PAGE_BYTES;
  }

  /**
   * Decommits a part of a slab that no span has. Its addresses stay reserved, and are not touched
   * until the part is {@linkplain #recommit recommitted}.
   *
   * @param address the first address
   * @param bytes the length
   * @param protection the permissions of the pages
   * @return false if that is not possible here; nothing has changed then
   */
  default boolean decommit(long address, long bytes, PageProtection protection) {
    return false;
  }

  /**
   * Recommits a part that was {@linkplain #decommit decommitted}. Its content is as after {@link
   * #map}.
   *
   * @param address the first address
   * @param bytes the length
   * @param protection the permissions of the pages
   * @throws RuntimeException if there is no memory; nothing has changed then
   */
  default void recommit(long address, long bytes, PageProtection protection) {
    throw new UnsupportedOperationException("nothing was decommitted");
  }

  /**
   * Collapses a slab into one huge page if possible. All its parts are committed.
   *
   * @param address the first address of the slab
   * @param bytes its length
   */
  default void collapse(long address, long bytes) {}

  /** {@return whether a granule behind each slab stays free} */
  default boolean guards() {
    return false;
  }
}
