package org.jitalloc.arch;

import org.jspecify.annotations.Nullable;

/**
 * The placement, protection and alignment that an architecture requires for a memory type, as the
 * kernel's {@code struct execmem_range} (include/linux/execmem.h).
 *
 * @param range the addresses in which it is placed
 * @param fallback the addresses in which it is placed if the range is exhausted, or null
 * @param protection the protection of its pages after it is published
 * @param alignBytes the least alignment of an allocation in bytes, a power of two
 */
public record JitAllocParams(
    AddressRange range,
    @Nullable AddressRange fallback,
    PageProtection protection,
    long alignBytes) {

  /**
   * Creates the parameters.
   *
   * @throws IllegalArgumentException if the alignment is no power of two
   */
  public JitAllocParams {
    if (Long.bitCount(alignBytes) != 1) {
      throw new IllegalArgumentException("alignment is no power of two: alignBytes=" + alignBytes);
    }
  }
}
