package org.jitalloc.core.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The lengths of this machine's pages, in bytes. They differ by architecture and kernel: pages are
 * 4, 16 or 64 KiB, and huge ones 1 MiB on s390x, 2 MiB with 4 KiB pages elsewhere, 512 MiB with 64
 * KiB pages on arm64, where the hugetlb pool also has 2 MiB.
 *
 * @param small what permissions can be given to
 * @param transparent what the kernel makes huge by itself; 0 if none of that fits into a slab
 * @param hugetlb what the pool is asked for; 0 if no size that there is fits into a slab
 */
record PageSizes(long small, long transparent, long hugetlb) {

  /** The length and alignment of what slabs have to themselves. */
  static final long GRANULE = 2L << 20;

  private static final Path SYSTEM = Path.of("/sys/kernel/mm");
  private static final Pattern POOL = Pattern.compile("hugepages-(\\d+)kB");

  static PageSizes ofThisMachine(long small) {
    return of(small, SYSTEM);
  }

  static PageSizes of(long small, Path system) {
    return new PageSizes(small, transparent(system), hugetlb(small, system));
  }

  private static long transparent(Path system) {
    try {
      String text = Files.readString(system.resolve("transparent_hugepage/hpage_pmd_size"));
      long bytes = Long.parseLong(text.strip());
      return bytes <= GRANULE ? bytes : 0;
    } catch (IOException | NumberFormatException none) {
      return 0;
    }
  }

  /** The longest that fits. */
  private static long hugetlb(long small, Path system) {
    try (var pools = Files.list(system.resolve("hugepages"))) {
      return pools
          .map(pool -> POOL.matcher(pool.getFileName().toString()))
          .filter(Matcher::matches)
          .mapToLong(name -> Long.parseLong(name.group(1)) << 10)
          .filter(bytes -> bytes > small && bytes <= GRANULE)
          .max()
          .orElse(0);
    } catch (IOException none) {
      return 0;
    }
  }
}
