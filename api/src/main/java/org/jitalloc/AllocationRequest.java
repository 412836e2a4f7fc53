package org.jitalloc;

import org.jspecify.annotations.Nullable;

/**
 * The parameters of {@link JitAllocator#allocate(AllocationRequest)}. The allocator checks the
 * values, because a refusal names the target.
 *
 * @param type the memory type
 * @param purpose the kind of consumer
 * @param bytes the size in bytes, positive
 * @param alignBytes the alignment of the first byte in bytes, a power of two; the allocator raises
 *     it to what the architecture requires
 * @param near a limit on the distance to an address, or null for any address that the architecture
 *     allows
 */
public record AllocationRequest(
    ModMemType type, Purpose purpose, long bytes, long alignBytes, @Nullable Near near) {

  /**
   * A limit on the distance to an address, as direct calls and relative loads need it.
   *
   * @param address the address
   * @param reachBytes the largest distance of any byte of the memory from the address, in either
   *     direction, in bytes
   */
  public record Near(long address, long reachBytes) {}

  /**
   * Creates a request for {@link Purpose#MODULES} with any alignment, at any address.
   *
   * @param type the memory type
   * @param bytes the size in bytes, positive
   * @return the request
   */
  public static AllocationRequest of(ModMemType type, long bytes) {
    return new AllocationRequest(type, Purpose.MODULES, bytes, 1, null);
  }

  /**
   * Returns this request with another purpose.
   *
   * @param newPurpose the kind of consumer
   * @return the changed request
   */
  public AllocationRequest withPurpose(Purpose newPurpose) {
    return new AllocationRequest(type, newPurpose, bytes, alignBytes, near);
  }

  /**
   * Returns this request with another alignment.
   *
   * @param newAlignBytes the alignment in bytes, a power of two
   * @return the changed request
   */
  public AllocationRequest withAlignment(long newAlignBytes) {
    return new AllocationRequest(type, purpose, bytes, newAlignBytes, near);
  }

  /**
   * Returns this request with a limit on the distance to an address.
   *
   * @param address the address
   * @param reachBytes the largest distance of any byte from the address, in either direction, in
   *     bytes
   * @return the changed request
   */
  public AllocationRequest near(long address, long reachBytes) {
    return new AllocationRequest(type, purpose, bytes, alignBytes, new Near(address, reachBytes));
  }
}
