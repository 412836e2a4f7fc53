package org.jitalloc.arch.trace;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Call sites that branch to a trampoline of the site instead of calling a tracer. The trampoline
 * branches to the tracer whose address is in a <em>slot</em>, 8 aligned bytes of data. For
 * architectures that cannot replace the target of a call atomically: a site is enabled and disabled
 * by a change that needs no trap, and the tracer is replaced by a store into data. Pure functions,
 * for any thread.
 *
 * <p>The states of a site: it is idle after {@link CallSites#prepare}, {@link #link linked} when it
 * is enabled first, then switched off and on any number of times, and idle again at the end. A
 * tracer is entered with the same registers as from a call. A thread may read a slot, and enter its
 * tracer, until the grace period of its trampoline has ended.
 */
@ConsumerType
public interface SiteTrampolines {

  /** {@return the length and alignment of a trampoline in bytes, a power of two} */
  int bytes();

  /**
   * {@return the largest distance between a trampoline and its site, and between a trampoline and
   * its slot, in either direction, in bytes}
   */
  long reachBytes();

  /**
   * Emits a trampoline.
   *
   * @param address the address of the trampoline
   * @param site the address of its site
   * @param slot the address of its slot, a multiple of 8
   * @return its code of {@link #bytes()} bytes
   * @throws org.jitalloc.JitAllocException UNREACHABLE if the site or the slot is out of reach
   */
  byte[] code(long address, long site, long slot);

  /**
   * Returns the change that links an idle site to its trampoline. The encodings of the linked site,
   * switched off and on, differ only in bytes that can change without a trap while threads execute
   * the site.
   *
   * @param site the address of the site
   * @param trampoline the address of its trampoline
   * @param on whether the site branches to the trampoline, or continues after the site
   * @return the change, of the same instruction as {@link CallSites#enable}
   * @throws org.jitalloc.JitAllocException UNREACHABLE if the trampoline is out of reach
   */
  Patch link(long site, long trampoline, boolean on);
}
