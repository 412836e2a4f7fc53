package org.jitalloc.core.host;

import org.jitalloc.JitAllocException;
import org.jitalloc.MemoryMode;
import org.jitalloc.arch.Arch;

/** How new slabs get memory; the next best way takes over when one has nothing left to give. */
final class Ways {

  private final Probe probe;
  private final boolean mayChange;

  /** Written under the monitor. */
  private volatile Probe.Found current;

  /**
   * Finds the best way.
   *
   * @param configured the name of the only one to try, or {@code auto}
   */
  Ways(HostWindow window, Arch arch, String configured) {
    probe = new Probe(window, arch);
    current = probe.best(configured);
    mayChange = configured.equals(HostMode.AUTO);
  }

  MemoryMode mode() {
    return current.description();
  }

  /** Tries again to make huge pages where the kernel refused before. */
  void retryHugePages() {
    current.memory().retryHugePages();
  }

  /** Maps pages that hold a pattern; {@return who writes them} */
  WriteThrough map(long address, long bytes, int protection, byte[] pattern) {
    Probe.Found found = current;
    try {
      map(found.memory(), address, bytes, protection, pattern);
    } catch (JitAllocException failure) {
      if (!mayChange || !found.mode().finite() || !Errno.isShortage(failure)) {
        throw failure;
      }
      found = fallBack(found, failure, address);
      map(found.memory(), address, bytes, protection, pattern);
    }
    return found.memory();
  }

  private static void map(
      WriteThrough memory, long address, long bytes, int protection, byte[] pattern) {
    PageRun pages = PageRun.around(address, bytes, memory.unitBytes());
    memory.map(pages.start(), pages.bytes(), protection, pattern);
  }

  /** Slabs stay as they were made; new ones are made another way from now on. */
  private synchronized Probe.Found fallBack(
      Probe.Found exhausted, JitAllocException failure, long address) {
    if (current.mode() == exhausted.mode()) {
      current = probe.after(exhausted, failure, address & -PageSizes.GRANULE);
    }
    return current;
  }
}
