package org.jitalloc;

/**
 * What somebody holds of a target, of one type and for one purpose.
 *
 * @param owner who: the symbolic name of a bundle, or {@code java} where there are no bundles
 * @param purpose what for
 * @param type of what type
 * @param live how many allocations are live or forming
 * @param usedBytes what they asked for, in bytes
 * @param peakLive the most there ever were at once. Never less than the truth; exact as long as one
 *     thread allocates at a time, else more by at most an eighth and 64 for each other thread
 * @param peakBytes the most they ever asked for at once, in bytes; exact as {@code peakLive} is,
 *     else more by at most an eighth and 4 KiB for each other thread
 * @param denied how many requests policy has denied
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
