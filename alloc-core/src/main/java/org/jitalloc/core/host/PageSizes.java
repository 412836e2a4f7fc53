package org.jitalloc.core.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The page sizes of this machine, in bytes. They depend on the architecture and the kernel. Small
 * pages are 4, 16 or 64 KiB. Huge pages are 1 MiB on s390x, 2 MiB with small pages of 4 KiB
 * elsewhere, and 512 MiB with small pages of 64 KiB on arm64, where the hugetlb pool also has 2
 * MiB. Source: {@code transparent_hugepage/hpage_pmd_size} and {@code hugepages/} in {@code
 * /sys/kernel/mm}.
 *
 * @param small the length of a small page, the granularity of permissions
 * @param transparent the length of a transparent huge page; 0 if it does not fit into a slab
 * @param hugetlb the length of a page of the hugetlb pool; 0 if no size fits into a slab
 */
record PageSizes(long small, long transparent, long hugetlb) {

  /** The length and alignment of a granule, in bytes. Slabs do not share granules. */
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

  /** {@return the largest hugetlb page size that fits into a slab; 0 if there is none} */
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
