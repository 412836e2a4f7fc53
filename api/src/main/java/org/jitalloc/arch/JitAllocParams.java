package org.jitalloc.arch;

import org.jspecify.annotations.Nullable;

/**
 * What an architecture demands of memory of one type: the kernel's {@code struct execmem_range},
 * which began as {@code jit_alloc_params}.
 *
 * @param range where it may be
 * @param fallback where it may be as well if the range has no room, or null
 * @param protection what its pages allow once it is published
 * @param alignBytes the least alignment of an allocation, a power of two
 */
public record JitAllocParams(
    AddressRange range,
    @Nullable AddressRange fallback,
    PageProtection protection,
    long alignBytes) {

  /**
   * Makes the parameters.
   *
   * @throws IllegalArgumentException if the alignment is no power of two
   */
  public JitAllocParams {
    if (Long.bitCount(alignBytes) != 1) {
      throw new IllegalArgumentException("alignment is no power of two: alignBytes=" + alignBytes);
    }
  }
}
