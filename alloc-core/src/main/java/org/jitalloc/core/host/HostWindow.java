package org.jitalloc.core.host;

import static org.jitalloc.core.host.SystemCalls.*;

import org.jitalloc.JitAllocException;
import org.jspecify.annotations.Nullable;

/**
 * The addresses of a space, and what it takes to put memory there.
 *
 * @param os the system
 * @param resources where is entered what has to go back to the system
 * @param pages the lengths of pages
 * @param reserved the addresses
 * @param alias what keeps the writable side of a double mapping shut
 * @param seal whether executable pages are sealed
 * @param warnings what is to be logged when no lock is held
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

  /** {@return the same addresses with other resources} */
  HostWindow with(ResourceStack others) {
    return new HostWindow(os, others, pages, reserved, alias, seal, warnings);
  }

  /**
   * Has the kernel provide pages that are about to be written. What it cannot give, for want of
   * huge pages in the pool or by the limit of a control group, is an error here; at the first touch
   * it would be a SIGBUS, which ends the process.
   */
  static void provide(SystemCalls os, long address, long bytes) {
    // Before Linux 5.14 the first touch does it.
    advise(os, address, bytes, MADV_POPULATE_WRITE);
  }

  /** Enters pages into the page table, so that no first call waits for it. */
  static void enter(SystemCalls os, long address, long bytes) {
    advise(os, address, bytes, MADV_POPULATE_READ);
  }

  /**
   * Makes huge pages of present pages (Linux 6.1). A kernel that cannot at this moment is asked a
   * few times.
   *
   * @return what the kernel said if it refused, and the pages stay as they are; null if it did it
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

  /** Gives advice that a kernel need not know. */
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
