package org.jitalloc.core.space;

import java.util.List;
import org.jitalloc.MemoryMode;
import org.jitalloc.arch.AddressSpaceLayout;
import org.jitalloc.arch.PageProtection;

/**
 * An address space as its allocator uses it: pages come and go by slabs, and what they do not allow
 * their users is done for them through another door ({@link #write}). Thread-safe for different
 * slabs; the allocator keeps two threads from changing the same bytes.
 */
public interface AddressSpace extends AutoCloseable {

  /** {@return what architectures say their parameters by} */
  AddressSpaceLayout layout();

  /** {@return how memory is had here} */
  MemoryMode mode();

  /** {@return the length of a page that permissions can be given to, in bytes} */
  long pageBytes();

  /**
   * Gives pages to a slab: executable ones hold nothing but trapping instructions, others zeros.
   *
   * @param address where, slab-aligned
   * @param bytes how much, in slabs
   * @param protection what the pages allow
   * @throws org.jitalloc.JitAllocException SYSTEM if there is no memory; nothing is mapped then
   */
  void map(long address, long bytes, PageProtection protection);

  /** {@return whether addresses that cannot be touched are to lie on both sides of a slab} */
  default boolean guards() {
    return false;
  }

  /**
   * Takes the pages of a slab back, with what they hold, but for those that are {@linkplain
   * #decommit away}.
   *
   * @return false if they cannot go. Then they hold again what {@link #map} gave, and only the same
   *     pages can be committed there, for the same protection
   * @throws org.jitalloc.JitAllocException SYSTEM if that failed; the addresses must not be used
   *     any more
   */
  boolean unmap(long address, long bytes, PageProtection protection);

  /**
   * Takes pages out of a slab, whose addresses stay its own. Until they are {@linkplain #recommit
   * given back} nobody can read or run what is there.
   *
   * @param address a multiple of {@link #pageBytes}
   * @param bytes likewise
   * @param protection what the pages allow
   * @return false if that is not possible here; nothing has changed then
   */
  boolean decommit(long address, long bytes, PageProtection protection);

  /**
   * Gives pages back that were {@linkplain #decommit taken out}, as {@link #map} gives them.
   *
   * @throws org.jitalloc.JitAllocException SYSTEM if there is no memory; nothing has changed then
   */
  void recommit(long address, long bytes, PageProtection protection);

  /** Makes huge pages of a slab that has all its pages again, if that can be. */
  void collapse(long address, long bytes);

  /**
   * {@return warnings since the last call} They are kept, since methods of this are called under
   * locks that a log handler could wait for.
   */
  default List<String> takeWarnings() {
    return List.of();
  }

  /** Tries again to make huge pages where the system refused before. May take milliseconds. */
  default void retryHugePages() {}

  /**
   * Writes memory whatever its pages allow, without making them writable. A write of one byte is
   * seen whole or not at all. So is one of an aligned 2, 4 or 8 bytes, except in executable pages
   * of an architecture whose instructions are not aligned.
   */
  void write(long address, byte[] bytes);

  /** Fills memory with a pattern that starts anew at each multiple of its length. */
  void fill(long address, long bytes, byte[] pattern);

  /** {@return a copy of memory} */
  byte[] read(long address, int length);

  /** Changes what pages of a committed slab allow. Not for executable pages. */
  void protect(long address, long bytes, PageProtection protection);

  /** Makes instruction fetches see what was written. */
  void makeCoherent(long address, long bytes);

  /**
   * Makes text ready to be called by any thread: as {@link #makeCoherent}, and no processor
   * executes instructions that it fetched before.
   */
  default void publishText(long address, long bytes) {
    makeCoherent(address, bytes);
  }

  /** Returns when every thread of the process has executed a serialising instruction. */
  void sync();

  /** {@return how many bytes of a slab are mapped by huge pages at this moment} */
  long hugePageBytes(long address, long bytes);

  /** Gives everything back. */
  @Override
  void close();
}
