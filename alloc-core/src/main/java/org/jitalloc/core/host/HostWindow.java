package org.jitalloc.core.host;

import static org.jitalloc.core.host.SystemCalls.*;

import org.jitalloc.JitAllocException;
import org.jspecify.annotations.Nullable;

/**
 * The reserved addresses of a host address space, with everything that mapping memory there needs.
 *
 * @param os the system calls
 * @param resources owns files, mappings and protection keys
 * @param pages the page sizes of this machine
 * @param reserved the reserved addresses
 * @param alias access to the writable alias of a dual mapping
 * @param seal whether executable pages are sealed
 * @param warnings the warnings that are logged when the thread holds no lock
 */
record HostWindow(
    SystemCalls os,
    ResourceStack resources,
    PageSizes pages,
    Reservation reserved,
    AliasAccess alias,
    boolean seal,
    Warnings warnings) {

  private static final int COLLAPSE_ATTEMPTS = 3;

  long start() {
    return reserved.start();
  }

  long bytes() {
    return reserved.bytes();
  }

  /** {@return this window with another owner of resources} */
  HostWindow withResources(ResourceStack others) {
    return new HostWindow(os, others, pages, reserved, alias, seal, warnings);
  }

  /**
   * Allocates pages before the first write. If the hugetlb pool or the memory limit of a control
   * group is exhausted, this is an error here. At the first write it would be a SIGBUS, which ends
   * the process.
   */
  static void populateForWrite(SystemCalls os, long address, long bytes) {
    // A kernel before Linux 5.14 refuses the advice and allocates pages at the first write.
    advise(os, address, bytes, MADV_POPULATE_WRITE);
  }

  /** Fills the page table, so that the first execution of a page does not fault. */
  static void populateForRead(SystemCalls os, long address, long bytes) {
    advise(os, address, bytes, MADV_POPULATE_READ);
  }

  /**
   * Replaces present pages with huge pages (MADV_COLLAPSE, Linux 6.1). Repeats a request that fails
   * with EAGAIN a few times.
   *
   * @return null after a success; otherwise the error of the kernel, and the pages are unchanged
   */
  static @Nullable JitAllocException collapse(SystemCalls os, long address, long bytes) {
    JitAllocException refused = null;
    for (int attempt = 0; attempt < COLLAPSE_ATTEMPTS; attempt++) {
      try {
        os.madvise(address, bytes, MADV_COLLAPSE);
        return null;
      } catch (JitAllocException failure) {
        refused = failure;
        if (Errno.of(failure) != Errno.EAGAIN) {
          break;
        }
      }
    }
    return refused;
  }

  /** Calls madvise(2). Ignores EINVAL, the error of a kernel that does not know the advice. */
  static void advise(SystemCalls os, long address, long bytes, int advice) {
    try {
      os.madvise(address, bytes, advice);
    } catch (JitAllocException failure) {
      if (Errno.of(failure) != Errno.EINVAL) {
        throw failure;
      }
    }
  }
}
