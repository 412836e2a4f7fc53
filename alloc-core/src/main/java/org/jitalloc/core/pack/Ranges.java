package org.jitalloc.core.pack;

import org.jitalloc.arch.AddressRange;
import org.jspecify.annotations.Nullable;

/** Unsigned arithmetic on half-open ranges. */
final class Ranges {
  private Ranges() {}

  /** {@return the next multiple of an alignment, a power of two; wraps to 0 above the last one} */
  static long alignUp(long address, long alignBytes) {
    return address + alignBytes - 1 & -alignBytes;
  }

  static long min(long a, long b) {
    return Long.compareUnsigned(a, b) < 0 ? a : b;
  }

  static long max(long a, long b) {
    return Long.compareUnsigned(a, b) > 0 ? a : b;
  }

  /** Tells whether aligned bytes fit between two addresses. */
  static boolean fits(long start, long end, long bytes, long alignBytes) {
    long at = alignUp(start, alignBytes);
    return Long.compareUnsigned(at, start) >= 0
        && Long.compareUnsigned(at, end) < 0
        && Long.compareUnsigned(bytes, end - at) <= 0;
  }

  static @Nullable AddressRange range(long start, long end) {
    return Long.compareUnsigned(start, end) < 0 ? new AddressRange(start, end) : null;
  }

  static @Nullable AddressRange intersect(AddressRange a, AddressRange b) {
    return range(max(a.start(), b.start()), min(a.end(), b.end()));
  }

  /** {@return the part of a range that is whole units, or null if there is none} */
  static @Nullable AddressRange inner(AddressRange range, long unitBytes) {
    long start = alignUp(range.start(), unitBytes);
    boolean wrapped = Long.compareUnsigned(start, range.start()) < 0;
    return wrapped ? null : range(start, range.end() & -unitBytes);
  }
}
