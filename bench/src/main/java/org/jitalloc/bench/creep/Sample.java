package org.jitalloc.bench.creep;

/**
 * The allocator at one moment.
 *
 * @param operations how many operations were done
 * @param round in which round of the mix that is, from 0
 * @param phase the name of the phase
 * @param usedBytes what is live, with what rounding costs, in bytes
 * @param reservedBytes the sum of the slabs, in bytes
 */
public record Sample(long operations, int round, String phase, long usedBytes, long reservedBytes) {

  /** {@return how much is reserved for each byte in use} */
  public double ratio() {
    return (double) reservedBytes / usedBytes;
  }
}
