package org.jitalloc.core.host;

import java.util.BitSet;
import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;

/**
 * Seals executable pages (mseal(2)): until the process ends no thread can unmap them, replace them
 * or change their permissions. A {@link CodeMapping} can still write them. Thread-safe.
 */
final class Seals {

  private final SystemCalls os;
  private final Reservation reserved;

  /** The indices of sealed granules in the window. Guarded by the monitor. */
  private final BitSet sealed = new BitSet();

  Seals(HostWindow window) {
    os = window.os();
    reserved = window.reserved();
  }

  /**
   * Checks that the kernel has mseal, with a call that seals nothing.
   *
   * @throws JitAllocException UNSUPPORTED if the call fails
   */
  static void requireSupport(SystemCalls os) {
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
  synchronized boolean contains(long address) {
    return sealed.get(index(address));
  }

  private int index(long address) {
    return (int) ((address - reserved.start()) / PageSizes.GRANULE);
  }
}
