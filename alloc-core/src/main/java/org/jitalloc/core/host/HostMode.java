package org.jitalloc.core.host;

import java.util.Arrays;
import java.util.List;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;

/** The ways to executable memory, best first. */
enum HostMode {
  HUGETLB("hugetlb", true, "2 MiB pages from the hugetlb pool, mapped twice"),
  SHMEM_THP("shmem-thp", true, "transparent 2 MiB pages of a memfd, mapped twice"),
  ANON_THP("anon-thp", true, "transparent 2 MiB private pages, written through /proc/self/mem"),
  MEMFD("memfd", false, "4 KiB pages of a memfd, mapped twice"),
  MPROTECT("mprotect", false, "4 KiB private pages, exchanged by mremap for each write");

  /** The name that stands for the best way that works. */
  static final String AUTO = "auto";

  /** What a file in memory consists of. */
  enum Pages {
    SMALL,
    SHMEM_HUGE,
    HUGETLB
  }

  private final String label;
  private final boolean huge;
  private final String description;

  HostMode(String label, boolean huge, String description) {
    this.label = label;
    this.huge = huge;
    this.description = description;
  }

  /** The name that configuration uses. */
  String label() {
    return label;
  }

  /** Whether pages have to be huge for this way to be what it says. */
  boolean huge() {
    return huge;
  }

  /** Whether it draws on pages that were set aside, and others are left when these are not. */
  boolean finite() {
    return this == HUGETLB;
  }

  String description() {
    return description;
  }

  WriteThrough open(SystemCalls os, long windowStart, long windowBytes, long pageBytes) {
    return switch (this) {
      case HUGETLB -> new DualMapping(os, Pages.HUGETLB, windowStart, windowBytes);
      case SHMEM_THP -> new DualMapping(os, Pages.SHMEM_HUGE, windowStart, windowBytes);
      case ANON_THP -> new PrivatePages(os);
      case MEMFD -> new DualMapping(os, Pages.SMALL, windowStart, windowBytes);
      case MPROTECT -> new PageExchange(os, pageBytes);
    };
  }

  /** The ways to try: all of them for {@code auto}, else the named one. */
  static List<HostMode> candidates(String configured) {
    if (configured.equals(AUTO)) {
      return List.of(values());
    }
    return List.of(
        Arrays.stream(values())
            .filter(mode -> mode.label.equals(configured))
            .findFirst()
            .orElseThrow(
                () ->
                    new JitAllocException(
                        Reason.INVALID_REQUEST,
                        "no memory mode is called %s; there are auto, %s"
                            .formatted(
                                configured,
                                String.join(
                                    ", ", Arrays.stream(values()).map(m -> m.label).toList())))));
  }
}
