package org.jitalloc;

/**
 * The use of a target by one owner, for one purpose and memory type.
 *
 * @param owner the symbolic name of a bundle; {@code java} outside OSGi
 * @param purpose the kind of consumer
 * @param type the memory type
 * @param live the number of live and forming allocations
 * @param usedBytes the sizes that they requested, in bytes
 * @param peakLive an upper bound of the largest number at one time. It is exact if one thread
 *     allocates at a time, else too large by at most an eighth and 64 for each further thread
 * @param peakBytes an upper bound of the largest sum of sizes at one time, in bytes; exact as
 *     {@code peakLive}, else too large by at most an eighth and 4 KiB for each further thread
 * @param denied the number of requests that policy denied
 */
public record OwnerUse(
    String owner,
    Purpose purpose,
    ModMemType type,
    long live,
    long usedBytes,
    long peakLive,
    long peakBytes,
    long denied) {}
