package org.jitalloc.core.host;

/**
 * A run of whole pages.
 *
 * @param start the first address
 * @param bytes its length
 */
record PageRun(long start, long bytes) {

  /** Rounds outwards. Slabs have the granules that they touch to themselves. */
  static PageRun around(long address, long bytes, long pageBytes) {
    long start = address & -pageBytes;
    return new PageRun(start, (address + bytes - start + pageBytes - 1) & -pageBytes);
  }
}
