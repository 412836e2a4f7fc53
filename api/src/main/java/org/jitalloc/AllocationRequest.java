package org.jitalloc;

import org.jspecify.annotations.Nullable;

/**
 * What a caller wants of {@link JitAllocator#allocate(AllocationRequest)}. Values are not checked
 * here but where the target is known, so that a refusal can name it.
 *
 * @param type what the memory is for
 * @param purpose who it is for
 * @param bytes the size in bytes, positive
 * @param alignBytes the alignment of the first byte, a power of two; the architecture's own demands
 *     are added by the allocator
 * @param near where the memory has to be, or null for anywhere the architecture allows
 */
public record AllocationRequest(
    ModMemType type, Purpose purpose, long bytes, long alignBytes, @Nullable Near near) {

  /**
   * A demand to be within reach of an address, as direct calls and relative loads are.
   *
   * @param address the address to be reached
   * @param reachBytes how far every byte of the memory may be from it, on either side, in bytes
   */
  public record Near(long address, long reachBytes) {}

  /**
   * A request without special wishes: for {@link Purpose#MODULES}, any alignment, anywhere.
   *
   * @param type what the memory is for
   * @param bytes the size in bytes
   * @return the request
   */
  public static AllocationRequest of(ModMemType type, long bytes) {
    return new AllocationRequest(type, Purpose.MODULES, bytes, 1, null);
  }

  /**
   * The same request for another purpose.
   *
   * @param newPurpose who the memory is for
   * @return the changed request
   */
  public AllocationRequest withPurpose(Purpose newPurpose) {
    return new AllocationRequest(type, newPurpose, bytes, alignBytes, near);
  }

  /**
   * The same request with another alignment.
   *
   * @param newAlignBytes the alignment in bytes, a power of two
   * @return the changed request
   */
  public AllocationRequest withAlignment(long newAlignBytes) {
    return new AllocationRequest(type, purpose, bytes, newAlignBytes, near);
  }

  /**
   * The same request, within reach of an address.
   *
   * @param address the address to be reached
   * @param reachBytes how far every byte may be from it, in bytes
   * @return the changed request
   */
  public AllocationRequest near(long address, long reachBytes) {
    return new AllocationRequest(type, purpose, bytes, alignBytes, new Near(address, reachBytes));
  }
}
