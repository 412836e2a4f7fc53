package org.jitalloc.core.host;

import java.util.Arrays;
import java.util.List;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;
import org.jspecify.annotations.Nullable;

/**
 * The memory modes: how executable pages of this process are mapped and written. Best first: modes
 * with huge pages, then modes with fast writes.
 */
enum HostMode {
  HUGETLB("hugetlb", true, "huge pages of the hugetlb pool with a writable alias"),
  SHMEM_THP("shmem-thp", true, "transparent huge pages of a memfd with a writable alias"),
  MEMFD_COLLAPSE(
      "memfd-collapse", true, "pages of a memfd collapsed to huge pages, with a writable alias"),
  ANON_THP("anon-thp", true, "private transparent huge pages, written through /proc/self/mem"),
  MEMFD("memfd", false, "small pages of a memfd with a writable alias"),
  MPROTECT("mprotect", false, "private small pages, replaced by mremap at each write");

  /** The name that selects the best mode that works. */
  static final String AUTO = "auto";

  /** The kind of pages of a memory file (memfd_create(2)). */
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

  /** {@return the name that the configuration uses} */
  String label() {
    return label;
  }

  /** {@return whether this mode requires huge pages} */
  boolean huge() {
    return huge;
  }

  /** {@return whether this mode uses a pool that can be exhausted while other memory is free} */
  boolean exhaustible() {
    return this == HUGETLB;
  }

  String description() {
    return description;
  }

  /**
   * Checks whether the machine, its architecture and the configuration allow this mode.
   *
   * @param pages the page sizes of the machine
   * @param seal whether executable pages are sealed
   * @param instructionAlignBytes the alignment of instructions. If it is 2 or more, a poke plan
   *     replaces an instruction with one store of its length; if it is 1, a plan relies only on
   *     stores of one byte
   * @return the reason why this mode is impossible; null if there is none
   */
  @Nullable String missing(PageSizes pages, boolean seal, int instructionAlignBytes) {
    return switch (this) {
      case HUGETLB ->
          pages.hugetlb() == 0 ? "the kernel has no hugetlb pages that fit into a slab" : null;
      case SHMEM_THP, MEMFD_COLLAPSE -> withoutTransparent(pages);
      case ANON_THP ->
          instructionAlignBytes > 1
              ? "the kernel may split a write through /proc/self/mem into several stores, but a"
                  + " poke needs a single store"
              : withoutTransparent(pages);
      case MEMFD -> null;
      case MPROTECT -> seal ? "mremap cannot replace sealed pages" : null;
    };
  }

  private static @Nullable String withoutTransparent(PageSizes pages) {
    return pages.transparent() == 0
        ? "the kernel has no transparent huge pages that fit into a slab"
        : null;
  }

  /** {@return whether the pages have a writable alias} */
  boolean hasAlias() {
    return switch (this) {
      case HUGETLB, SHMEM_THP, MEMFD_COLLAPSE, MEMFD -> true;
      case ANON_THP, MPROTECT -> false;
    };
  }

  /** {@return a mapping of this mode; the resource stack of the window owns it} */
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

  /**
   * Returns the modes to try, best first.
   *
   * @param configured the name of a mode, or {@code auto} for all modes
   * @throws JitAllocException INVALID_REQUEST if there is no such mode
   */
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
                        "unknown memory mode %s; expected one of auto, %s"
                            .formatted(
                                configured,
                                String.join(
                                    ", ", Arrays.stream(values()).map(m -> m.label).toList())))));
  }
}
