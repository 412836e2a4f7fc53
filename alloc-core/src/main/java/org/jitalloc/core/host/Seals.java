package org.jitalloc.core.host;

import java.util.BitSet;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;

/**
 * Executable pages that nobody can take away, make writable or put something else in place of: they
 * stay what they are until the process ends. Writes through the other door still reach them.
 */
final class Seals {

  private final SystemCalls os;
  private final Reservation reserved;

  /** The granules of the window that are sealed. Guarded by the monitor. */
  private final BitSet sealed = new BitSet();

  Seals(HostWindow window) {
    os = window.os();
    reserved = window.reserved();
  }

  /**
   * Finds out whether the system has such a call, by one that changes nothing.
   *
   * @throws JitAllocException UNSUPPORTED if not
   */
  static void require(SystemCalls os) {
    try {
      os.mseal(0, 0);
    } catch (JitAllocException failure) {
      throw new JitAllocException(
          Reason.UNSUPPORTED,
          "%s=true needs Linux 6.10 or later: %s".formatted(HostOptions.SEAL, failure.getMessage()),
          failure);
    }
  }

  /** Seals whole granules. */
  synchronized void seal(long address, long bytes) {
    os.mseal(address, bytes);
    reserved.keep(address, bytes);
    sealed.set(index(address), index(address + bytes));
  }

  /** {@return whether the granule of an address is sealed} */
  synchronized boolean cover(long address) {
    return sealed.get(index(address));
  }

  private int index(long address) {
    return (int) ((address - reserved.start()) / PageSizes.GRANULE);
  }
}
