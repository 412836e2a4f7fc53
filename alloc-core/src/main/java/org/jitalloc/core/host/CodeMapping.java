package org.jitalloc.core.host;

import java.util.Arrays;

/**
 * Maps pages that their users can read or execute but not write, and writes these pages in another
 * way, such as through an alias. An instance serves one address window, whose {@link ResourceStack}
 * owns the files and mappings of the instance. Thread-safe for calls on different pages.
 */
interface CodeMapping {

  /**
   * {@return the granularity of {@link #map} and {@link #unmap}, in bytes: a power of two that
   * divides their addresses and lengths}
   */
  long unitBytes();

  /**
   * Maps pages that contain a repeated pattern.
   *
   * @param address the first address, a multiple of {@link #unitBytes}
   * @param bytes the length, a multiple of {@link #unitBytes}
   * @param protection PROT_READ, or PROT_READ and PROT_EXEC
   * @param pattern the content; each repetition starts at a multiple of its length, which is a
   *     power of two
   * @throws org.jitalloc.JitAllocException SYSTEM if the system refuses; nothing is mapped then
   */
  void map(long address, long bytes, int protection, byte[] pattern);

  /**
   * Unmaps pages and discards their content. The addresses stay reserved.
   *
   * @throws org.jitalloc.JitAllocException SYSTEM if the system refuses; the pages may still have
   *     their content, and the caller must not use the addresses again
   */
  void unmap(long address, long bytes);

  /**
   * Releases the memory of mapped pages. The addresses stay reserved and inaccessible.
   *
   * @param address the first address, a multiple of the length of a small page
   * @param bytes the length, likewise
   * @return false if this mapping cannot release single pages; nothing has changed then
   */
  boolean decommit(long address, long bytes);

  /**
   * Maps {@linkplain #decommit decommitted} pages again, with the content that {@link #map} gives
   * them.
   *
   * @throws org.jitalloc.JitAllocException SYSTEM if the system refuses; nothing has changed then
   */
  void recommit(long address, long bytes, int protection, byte[] pattern);

  /** Replaces the small pages of a mapped range with huge pages if the kernel can do that. */
  void collapse(long address, long bytes);

  /** Retries the creation of huge pages that the kernel refused earlier. */
  default void retryHugePages() {}

  /** {@return the error of the last refused request for huge pages; empty if there is none} */
  default String hugePageRefusal() {
    return "";
  }

  /**
   * Writes to mapped pages. A write of one byte is atomic. So is a write of an aligned word of 2, 4
   * or 8 bytes, except in {@link PrivatePages}.
   */
  void write(long address, byte[] bytes);

  /** The maximum length of a write by {@link #fill}, in bytes. */
  int MAX_WRITE_BYTES = 1 << 18;

  /**
   * Fills a range of mapped pages with a repeated pattern. Each repetition starts at a multiple of
   * the length of the pattern, which is a power of two.
   */
  default void fill(long address, long bytes, byte[] pattern) {
    byte[] filled = RawMemory.repeat(pattern, address, (int) Math.min(bytes, MAX_WRITE_BYTES));
    long done = 0;
    for (; bytes - done > filled.length; done += filled.length) {
      write(address + done, filled);
    }
    write(address + done, Arrays.copyOf(filled, (int) (bytes - done)));
  }
}
