package org.jitalloc.core.host;

/**
 * A way to have pages that can be read or executed but never written where they are, and to write
 * them all the same. One instance serves one address window. Calls for different pages may come
 * from different threads. What it has of the system is entered in {@link ResourceStack}, and goes
 * back with them.
 */
interface CodeMapping {

  /** {@return what its pages are mapped by, in bytes: addresses and lengths are multiples of it} */
  long unitBytes();

  /**
   * Maps pages that hold a pattern. {@code protection} is PROT_READ, or PROT_READ and PROT_EXEC.
   * All or nothing.
   */
  void map(long address, long bytes, int protection, byte[] pattern);

  /**
   * Takes the pages away; the addresses stay reserved. If that fails they may still hold something,
   * and must not be used for anything else.
   */
  void unmap(long address, long bytes);

  /**
   * Takes small pages out of what was mapped, and their memory; the addresses stay reserved.
   *
   * @return false if that is not possible; nothing has changed then
   */
  boolean decommit(long address, long bytes);

  /**
   * Maps pages again that were {@linkplain #decommit taken out}, as {@link #map} does. All or
   * nothing.
   */
  void recommit(long address, long bytes, int protection, byte[] pattern);

  /** Makes huge pages of mapped pages again, where the kernel can do that. */
  void collapse(long address, long bytes);

  /** Tries again to make huge pages where the kernel refused before. */
  default void retryHugePages() {}

  /** {@return what the kernel said when it last refused to make huge pages; empty if it did not} */
  default String whyNotHuge() {
    return "";
  }

  /** Writes; one byte, or an aligned 2, 4 or 8 bytes, are seen whole or not at all. */
  void write(long address, byte[] bytes);

  /** The longest write that {@link #fill} makes, in bytes. */
  int MOST_AT_ONCE = 1 << 18;

  /** Fills with a pattern that starts anew at each multiple of its length. */
  default void fill(long address, long bytes, byte[] pattern) {
    byte[] filled = RawMemory.repeat(pattern, address, (int) Math.min(bytes, MOST_AT_ONCE));
    long done = 0;
    for (; bytes - done > filled.length; done += filled.length) {
      write(address + done, filled);
    }
    write(address + done, java.util.Arrays.copyOf(filled, (int) (bytes - done)));
  }
}
