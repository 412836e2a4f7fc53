package org.jitalloc.arch.s390;

import org.jitalloc.ModMemType;
import org.jitalloc.arch.AddressRange;
import org.jitalloc.arch.JitAllocParams;
import org.jitalloc.arch.PageProtection;

/** What s390x demands of memory of each type, wherever it may be. */
final class MemoryDemands {
  /** Functions are aligned to this, and so is what the quadword instructions work on. */
  private static final long ALIGN_BYTES = 16;

  /** Sealing turns whole pages read-only. */
  private static final long PAGE_BYTES = 4096;

  private MemoryDemands() {}

  static JitAllocParams of(AddressRange range, ModMemType type) {
    PageProtection protection =
        switch (type) {
          case TEXT, INIT_TEXT -> PageProtection.ROX;
          case DATA, INIT_DATA, RO_AFTER_INIT -> PageProtection.RW;
          case RODATA, INIT_RODATA -> PageProtection.RO;
        };
    long align = type == ModMemType.RO_AFTER_INIT ? PAGE_BYTES : ALIGN_BYTES;
    return new JitAllocParams(range, null, protection, align);
  }
}
