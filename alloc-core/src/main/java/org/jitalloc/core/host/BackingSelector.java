package org.jitalloc.core.host;

import org.jitalloc.JitAllocException;
import org.jitalloc.MemoryMode;
import org.jitalloc.arch.Arch;

/**
 * Maps new slabs in the best memory mode that works on this machine. If the pool of this mode is
 * exhausted, selects the next mode that works. Thread-safe.
 */
final class BackingSelector {

  private final ModeProbe probe;
  private final boolean mayChange;

  /** Written under the monitor only. */
  private volatile ModeProbe.Backing current;

  /**
   * Selects the best mode that works.
   *
   * @param window the addresses for slabs
   * @param arch the architecture of this machine
   * @param configured the name of a mode, which is the only candidate, or {@code auto}
   * @throws JitAllocException UNSUPPORTED if no candidate works
   */
  BackingSelector(HostWindow window, Arch arch, String configured) {
    probe = new ModeProbe(window, arch);
    current = probe.best(configured);
    mayChange = configured.equals(HostMode.AUTO);
  }

  MemoryMode mode() {
    return current.description();
  }

  /** Retries the creation of huge pages that the kernel refused earlier. */
  void retryHugePages() {
    current.mapping().retryHugePages();
  }

  /**
   * Maps pages that contain a repeated pattern.
   *
   * @return the mapping that writes these pages
   * @throws JitAllocException SYSTEM if no mode has memory; nothing is mapped then
   */
  CodeMapping map(long address, long bytes, int protection, byte[] pattern) {
    ModeProbe.Backing backing = current;
    try {
      map(backing.mapping(), address, bytes, protection, pattern);
    } catch (JitAllocException failure) {
      if (!mayChange || !backing.mode().exhaustible() || !Errno.isShortage(failure)) {
        throw failure;
      }
      backing = fallBack(backing, failure, address);
      map(backing.mapping(), address, bytes, protection, pattern);
    }
    return backing.mapping();
  }

  private static void map(
      CodeMapping mapping, long address, long bytes, int protection, byte[] pattern) {
    PageRange pages = PageRange.around(address, bytes, mapping.unitBytes());
    mapping.map(pages.start(), pages.bytes(), protection, pattern);
  }

  /** Selects another mode for new slabs. Existing slabs keep their mode. */
  private synchronized ModeProbe.Backing fallBack(
      ModeProbe.Backing exhausted, JitAllocException failure, long address) {
    if (current.mode() == exhausted.mode()) {
      current = probe.next(exhausted, failure, address & -PageSizes.GRANULE);
    }
    return current;
  }
}
