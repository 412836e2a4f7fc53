package org.jitalloc.arch.arm64;

import org.jitalloc.ModMemType;
import org.jitalloc.arch.AddressRange;
import org.jitalloc.arch.JitAllocParams;
import org.jitalloc.arch.PageProtection;
import org.jspecify.annotations.Nullable;

/** What arm64 demands of memory of each type, wherever it may be. */
final class MemoryDemands {
  /** The procedure call standard aligns the largest types (quad, vectors) to this. */
  private static final long ABI_ALIGN_BYTES = 16;

  /** Sealing turns whole pages read-only. */
  private static final long PAGE_BYTES = 4096;

  private MemoryDemands() {}

  static JitAllocParams of(AddressRange range, @Nullable AddressRange fallback, ModMemType type) {
    PageProtection protection =
        switch (type) {
          case TEXT, INIT_TEXT -> PageProtection.ROX;
          case DATA, INIT_DATA, RO_AFTER_INIT -> PageProtection.RW;
          case RODATA, INIT_RODATA -> PageProtection.RO;
        };
    long align = type == ModMemType.RO_AFTER_INIT ? PAGE_BYTES : ABI_ALIGN_BYTES;
    return new JitAllocParams(range, fallback, protection, align);
  }
}
