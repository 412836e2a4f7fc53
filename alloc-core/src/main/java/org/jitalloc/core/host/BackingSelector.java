package org.jitalloc.core.host;

import org.jitalloc.JitAllocException;
import org.jitalloc.MemoryMode;
import org.jitalloc.arch.Arch;

/** How new slabs get memory; the next best way takes over when one has nothing left to give. */
final class BackingSelector {

  private final ModeProbe probe;
  private final boolean mayChange;

  /** Written under the monitor. */
  private volatile ModeProbe.Backing current;

  /**
   * Finds the best way.
   *
   * @param configured the name of the only one to try, or {@code auto}
   */
  BackingSelector(HostWindow window, Arch arch, String configured) {
    probe = new ModeProbe(window, arch);
    current = probe.best(configured);
    mayChange = configured.equals(HostMode.AUTO);
  }

  MemoryMode mode() {
    return current.description();
  }

  /** Tries again to make huge pages where the kernel refused before. */
  void retryHugePages() {
    current.mapping().retryHugePages();
  }

  /** Maps pages that hold a pattern; {@return who writes them} */
  CodeMapping map(long address, long bytes, int protection, byte[] pattern) {
    ModeProbe.Backing backing = current;
    try {
      map(backing.mapping(), address, bytes, protection, pattern);
    } catch (JitAllocException failure) {
      if (!mayChange || !backing.mode().finite() || !Errno.isShortage(failure)) {
        throw failure;
      }
      backing = fallBack(backing, failure, address);
      map(backing.mapping(), address, bytes, protection, pattern);
    }
    return backing.mapping();
  }

  private static void map(
      CodeMapping mapping, long address, long bytes, int protection, byte[] pattern) {
    PageRun pages = PageRun.around(address, bytes, mapping.unitBytes());
    mapping.map(pages.start(), pages.bytes(), protection, pattern);
  }

  /** Slabs stay as they were made; new ones are made another way from now on. */
  private synchronized ModeProbe.Backing fallBack(
      ModeProbe.Backing exhausted, JitAllocException failure, long address) {
    if (current.mode() == exhausted.mode()) {
      current = probe.after(exhausted, failure, address & -PageSizes.GRANULE);
    }
    return current;
  }
}
