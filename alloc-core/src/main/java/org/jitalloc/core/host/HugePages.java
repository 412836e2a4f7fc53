package org.jitalloc.core.host;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.jitalloc.core.host.SystemCalls.*;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jitalloc.JitAllocException;

/**
 * Counts the bytes that huge pages map at this moment, from the page table: the ioctl PAGEMAP_SCAN
 * of {@code /proc/self/pagemap} (Documentation/admin-guide/mm/pagemap.rst). Before Linux 6.7, which
 * introduced it, {@link Smaps} estimates the count from whole mappings.
 */
final class HugePages {

  /** The request {@code PAGEMAP_SCAN}; the number contains the length of the argument. */
  private static final long SCAN = 0xc0606610L;

  private static final int ARGUMENT_BYTES = 96;
  // Offsets in struct pm_scan_arg of include/uapi/linux/fs.h, in bytes.
  private static final int START = 16;
  private static final int END = 24;
  private static final int WALK_END = 32;
  private static final int REGIONS = 40;
  private static final int REGION_COUNT = 48;
  private static final int MASK = 72;
  private static final int WANTED = 88;

  private static final int REGION_BYTES = 24;
  private static final int MAX_REGIONS = 64;

  private static final long PRESENT = 1 << 3;
  private static final long HUGE = 1 << 6;

  private final SystemCalls os;

  HugePages(SystemCalls os) {
    this.os = os;
  }

  /** {@return how many bytes of a range are mapped by huge pages} */
  long bytes(long start, long bytes) {
    try {
      return scan(start, start + bytes);
    } catch (JitAllocException kernelWithoutScan) {
      return Smaps.hugePageBytes(start, bytes);
    }
  }

  private long scan(long start, long end) {
    int pagemap = os.open("/proc/self/pagemap", O_CLOEXEC);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment regions = arena.allocate(MAX_REGIONS * REGION_BYTES, 8);
      MemorySegment argument = arena.allocate(ARGUMENT_BYTES, 8);
      argument.set(JAVA_LONG, 0, ARGUMENT_BYTES);
      argument.set(JAVA_LONG, END, end);
      argument.set(JAVA_LONG, REGIONS, regions.address());
      argument.set(JAVA_LONG, REGION_COUNT, MAX_REGIONS);
      // The kernel reports pages of the hugetlb pool as huge even if they are not present.
      argument.set(JAVA_LONG, MASK, PRESENT | HUGE);
      argument.set(JAVA_LONG, WANTED, HUGE);
      long found = 0;
      for (long at = start; at < end; at = argument.get(JAVA_LONG, WALK_END)) {
        argument.set(JAVA_LONG, START, at);
        int count = os.ioctl(pagemap, SCAN, argument);
        for (long i = 0; i < count; i++) {
          found += length(regions.asSlice(i * REGION_BYTES));
        }
      }
      return found;
    } finally {
      os.close(pagemap);
    }
  }

  private static long length(MemorySegment region) {
    return region.get(JAVA_LONG, 8) - region.get(JAVA_LONG, 0);
  }
}
