package org.jitalloc.bench.creep;

/**
 * The state of the allocator at one moment.
 *
 * @param operations the number of operations until then
 * @param round the round, from 0
 * @param phase the name of the phase
 * @param usedBytes the live bytes with padding
 * @param reservedBytes the sum of the slabs, in bytes
 */
public record Sample(long operations, int round, String phase, long usedBytes, long reservedBytes) {

  /** {@return reserved bytes for each used byte} */
  public double ratio() {
    return (double) reservedBytes / usedBytes;
  }
}
