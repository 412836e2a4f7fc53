package org.jitalloc.arch.x86;

import org.jitalloc.ModMemType;
import org.jitalloc.arch.AddressRange;
import org.jitalloc.arch.JitAllocParams;
import org.jitalloc.arch.PageProtection;

/** What x86-64 demands of memory of each type, wherever it may be. */
final class MemoryDemands {
  /**
   * The ABI aligns functions and the largest scalar type (long double, SSE vectors) to this. The
   * kernel asks for whole pages (MODULE_ALIGN) because each of its allocations has page permissions
   * of its own; here allocations share pages.
   */
  private static final long ABI_ALIGN_BYTES = 16;

  /** Sealing turns whole pages read-only. */
  private static final long PAGE_BYTES = 4096;

  private MemoryDemands() {}

  static JitAllocParams of(AddressRange range, ModMemType type) {
    return switch (type) {
      case TEXT, INIT_TEXT -> demand(range, PageProtection.ROX, ABI_ALIGN_BYTES);
      case DATA, INIT_DATA -> demand(range, PageProtection.RW, ABI_ALIGN_BYTES);
      case RODATA, INIT_RODATA -> demand(range, PageProtection.RO, ABI_ALIGN_BYTES);
      case RO_AFTER_INIT -> demand(range, PageProtection.RW, PAGE_BYTES);
    };
  }

  private static JitAllocParams demand(AddressRange range, PageProtection protection, long align) {
    return new JitAllocParams(range, null, protection, align);
  }
}
