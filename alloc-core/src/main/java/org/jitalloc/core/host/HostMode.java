package org.jitalloc.core.host;

import java.util.Arrays;
import java.util.List;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;
import org.jspecify.annotations.Nullable;

/** The ways to executable memory, best first. */
enum HostMode {
  HUGETLB("hugetlb", true, "huge pages from the hugetlb pool, mapped twice"),
  SHMEM_THP("shmem-thp", true, "transparent huge pages of a memfd, mapped twice"),
  MEMFD_COLLAPSE("memfd-collapse", true, "pages of a memfd collapsed into huge ones, mapped twice"),
  ANON_THP("anon-thp", true, "transparent huge private pages, written through /proc/self/mem"),
  MEMFD("memfd", false, "small pages of a memfd, mapped twice"),
  MPROTECT("mprotect", false, "small private pages, exchanged by mremap for each write");

  /** The name that stands for the best way that works. */
  static final String AUTO = "auto";

  /** What a file in memory consists of. */
  enum Pages {
    SMALL,
    SHMEM_HUGE,
    COLLAPSED,
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

  /**
   * What it needs that this machine, its architecture or the configuration does not have.
   *
   * @param instructionAlignBytes the alignment of instructions. From 2 bytes on, plans replace an
   *     instruction by one store of its length; with 1 they rely on stores of one byte alone
   * @return the reason against it; null if there is none
   */
  @Nullable String missing(PageSizes pages, boolean seal, int instructionAlignBytes) {
    return switch (this) {
      case HUGETLB ->
          pages.hugetlb() == 0 ? "the kernel has no hugetlb pages that fit into a slab" : null;
      case SHMEM_THP, MEMFD_COLLAPSE -> withoutTransparent(pages);
      case ANON_THP ->
          instructionAlignBytes > 1
              ? "the kernel may split a write through /proc/self/mem into several stores, and an"
                  + " instruction is replaced by one"
              : withoutTransparent(pages);
      case MEMFD -> null;
      case MPROTECT -> seal ? "sealed pages cannot be exchanged" : null;
    };
  }

  private static @Nullable String withoutTransparent(PageSizes pages) {
    return pages.transparent() == 0
        ? "the kernel has no transparent huge pages that fit into a slab"
        : null;
  }

  /** {@return whether there is a second mapping, which is writable} */
  boolean hasAlias() {
    return switch (this) {
      case HUGETLB, SHMEM_THP, MEMFD_COLLAPSE, MEMFD -> true;
      case ANON_THP, MPROTECT -> false;
    };
  }

  CodeMapping open(HostWindow window) {
    return switch (this) {
      case HUGETLB -> new DualMapping(window, Pages.HUGETLB);
      case SHMEM_THP -> new DualMapping(window, Pages.SHMEM_HUGE);
      case MEMFD_COLLAPSE -> new DualMapping(window, Pages.COLLAPSED);
      case ANON_THP -> new PrivatePages(window);
      case MEMFD -> new DualMapping(window, Pages.SMALL);
      case MPROTECT -> new PageExchange(window);
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
