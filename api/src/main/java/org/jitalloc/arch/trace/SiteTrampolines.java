package org.jitalloc.arch.trace;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Call sites that jump to a trampoline of their own instead of calling a tracer. The trampoline
 * goes on to the tracer whose address is in a <em>slot</em>: 8 aligned bytes of data. So an
 * architecture that can hardly change a call while it runs changes less: a site is enabled and
 * disabled by a change that needs no trap, and another tracer is a store into data. Pure functions,
 * for any thread.
 *
 * <p>The life of a site: it is as {@link CallSites#prepare} leaves it, {@link #link linked} when it
 * is enabled first, then off and on any number of times, and at the end as before. A tracer finds
 * what it finds when a site calls it. A slot may be read until no thread can be in its trampoline
 * any more, and its tracer entered.
 */
@ConsumerType
public interface SiteTrampolines {

  /** {@return the length of a trampoline, a power of two; it begins at a multiple of that} */
  int bytes();

  /**
   * {@return how far a trampoline may be away from its site, and its slot from it, whichever
   * direction, in bytes}
   */
  long reachBytes();

  /**
   * Emits a trampoline.
   *
   * @param address where it is going to be
   * @param site the address of its site
   * @param slot where the address of the tracer is, a multiple of 8
   * @return its code, {@link #bytes()} long
   * @throws org.jitalloc.JitAllocException UNREACHABLE if something is too far away
   */
  byte[] code(long address, long site, long slot);

  /**
   * Makes a site that calls none lead to its trampoline. What comes then, off and on, differs by no
   * more than what running code can be changed by without a trap.
   *
   * @param site the address of the site
   * @param trampoline the address of its trampoline
   * @param on whether it goes there, or passes by
   * @return the change, where {@link CallSites#enable} has it
   * @throws org.jitalloc.JitAllocException UNREACHABLE if it is too far away
   */
  Patch link(long site, long trampoline, boolean on);
}
