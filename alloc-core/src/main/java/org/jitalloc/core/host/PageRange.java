package org.jitalloc.core.host;

/**
 * A range of whole pages.
 *
 * @param start the first address
 * @param bytes the length
 */
record PageRange(long start, long bytes) {

  /**
   * Rounds a range outwards to whole pages. The additional addresses belong to the same slab,
   * because slabs do not share granules.
   */
  static PageRange around(long address, long bytes, long pageBytes) {
    long start = address & -pageBytes;
    return new PageRange(start, (address + bytes - start + pageBytes - 1) & -pageBytes);
  }
}
