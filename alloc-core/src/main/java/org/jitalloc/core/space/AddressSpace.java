package org.jitalloc.core.space;

import java.util.List;
import org.jitalloc.MemoryMode;
import org.jitalloc.arch.AddressSpaceLayout;
import org.jitalloc.arch.PageProtection;

/**
 * An address space in which the allocator maps slabs. Users of the memory access it with the
 * permissions of its pages. The allocator accesses it with {@link #read}, {@link #write} and {@link
 * #fill}, which ignore these permissions. A range of addresses is a first address and a length in
 * bytes.
 *
 * <p>Thread-safe for calls on different slabs. The caller serialises calls that change the same
 * bytes or pages.
 */
public interface AddressSpace extends AutoCloseable {

  /** {@return the layout from which architectures derive their allocation parameters} */
  AddressSpaceLayout layout();

  /** {@return the memory mode that backs new slabs} */
  MemoryMode mode();

  /** {@return the granularity of permissions: the length of a page, in bytes} */
  long pageBytes();

  /**
   * Maps memory for a slab. Executable pages contain trapping instructions, other pages contain
   * zeros.
   *
   * @param address the first address: a multiple of the slab length, or of {@link #pageBytes} where
   *     the range for the slab does not start at a multiple of the slab length
   * @param bytes the length, likewise
   * @param protection the permissions of the pages
   * @throws org.jitalloc.JitAllocException SYSTEM if the system has no memory; nothing is mapped
   *     then
   */
  void map(long address, long bytes, PageProtection protection);

  /** {@return whether the allocator keeps inaccessible addresses on both sides of each slab} */
  default boolean guards() {
    return false;
  }

  /**
   * Unmaps a slab and discards its content. PageReclaimer of it may be {@linkplain #decommit
   * decommitted}.
   *
   * @param address the first address that was passed to {@link #map}
   * @param bytes the length that was passed to {@link #map}
   * @param protection the permissions that were passed to {@link #map}
   * @return false if the slab cannot be unmapped, for example because it is sealed. It has the same
   *     content as after {@link #map} then, and its addresses can be mapped again, with the same
   *     protection only
   * @throws org.jitalloc.JitAllocException SYSTEM if the system refuses; the caller must not use
   *     the addresses again
   */
  boolean unmap(long address, long bytes, PageProtection protection);

  /**
   * Releases the memory of a part of a mapped slab. The slab keeps the addresses. Until {@link
   * #recommit} the caller must ensure that no thread reads, writes or executes this part.
   *
   * @param address the first address, a multiple of {@link #pageBytes}
   * @param bytes the length, a multiple of {@link #pageBytes}
   * @param protection the permissions of the pages
   * @return false if this space cannot release a part of the slab; nothing has changed then
   */
  boolean decommit(long address, long bytes, PageProtection protection);

  /**
   * Backs a {@linkplain #decommit decommitted} part with memory again. The part has the same
   * content as after {@link #map}.
   *
   * @param address the first address, a multiple of {@link #pageBytes}
   * @param bytes the length, a multiple of {@link #pageBytes}
   * @param protection the permissions of the pages
   * @throws org.jitalloc.JitAllocException SYSTEM if the system has no memory; nothing has changed
   *     then
   */
  void recommit(long address, long bytes, PageProtection protection);

  /**
   * Replaces the small pages of a slab with huge pages if the system can do that; otherwise does
   * nothing. No part of the slab may be decommitted.
   *
   * @param address the first address of the slab
   * @param bytes the length of the slab
   */
  void collapse(long address, long bytes);

  /**
   * Returns and clears the pending warnings. Warnings are queued because they arise while locks are
   * held, and a log handler could wait for these locks.
   *
   * @return the warnings since the last call, oldest first
   */
  default List<String> takeWarnings() {
    return List.of();
  }

  /**
   * Retries the creation of huge pages that the system refused earlier. May take milliseconds. Does
   * nothing after {@link #close}.
   */
  default void retryHugePages() {}

  /**
   * Writes to mapped memory, whatever the permissions of its pages. A write of one byte is atomic.
   * So is a write of 2, 4 or 8 bytes that are aligned to their length, except in executable pages
   * of an architecture without aligned instructions.
   *
   * @param address the first address
   * @param bytes the new content
   */
  void write(long address, byte[] bytes);

  /**
   * Fills mapped memory with a repeated pattern, whatever the permissions of its pages.
   *
   * @param address the first address
   * @param bytes the number of bytes to fill
   * @param pattern the pattern; each repetition starts at a multiple of its length, which is a
   *     power of two
   */
  void fill(long address, long bytes, byte[] pattern);

  /**
   * Reads mapped memory, whatever the permissions of its pages.
   *
   * @param address the first address
   * @param length the number of bytes
   * @return a copy
   */
  byte[] read(long address, int length);

  /**
   * Changes the permissions of pages of a mapped slab. Executable pages cannot be changed, and no
   * page can become executable.
   *
   * @param address the first address, a multiple of {@link #pageBytes}
   * @param bytes the length, a multiple of {@link #pageBytes}
   * @param protection the new permissions
   */
  void protect(long address, long bytes, PageProtection protection);

  /**
   * Makes the instruction cache coherent with data that was written to a range.
   *
   * @param address the first address
   * @param bytes the length
   */
  void makeCoherent(long address, long bytes);

  /**
   * Does {@link #makeCoherent}, then ensures that no processor executes instructions that it
   * fetched from the range earlier. Any thread may call the text afterwards.
   *
   * @param address the first address
   * @param bytes the length
   */
  default void publishText(long address, long bytes) {
    makeCoherent(address, bytes);
  }

  /** Returns after each thread of the process has executed a context-synchronising instruction. */
  void sync();

  /**
   * Counts the bytes of a slab that huge pages map at this moment.
   *
   * @param address the first address of the slab
   * @param bytes the length of the slab
   * @return the number of bytes
   */
  long hugePageBytes(long address, long bytes);

  /** Releases all memory and addresses. */
  @Override
  void close();
}
