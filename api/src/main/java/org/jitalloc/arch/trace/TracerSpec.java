package org.jitalloc.arch.trace;

import java.util.List;

/**
 * The work of a tracer for each call of its call sites.
 *
 * @param calls whether it writes an event for each call
 * @param returns whether it writes an event for each return
 * @param callbacks the addresses of functions that it calls in this order: {@code void
 *     callback(long ip, long parent)} in the C calling convention, with the address after the site
 *     and the return address of the function. They may change errno, which the tracer restores
 */
public record TracerSpec(boolean calls, boolean returns, List<Long> callbacks) {
  /** Copies the list. */
  public TracerSpec {
    callbacks = List.copyOf(callbacks);
  }
}
