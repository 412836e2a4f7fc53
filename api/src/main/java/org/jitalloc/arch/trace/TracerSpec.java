package org.jitalloc.arch.trace;

import java.util.List;

/**
 * What a tracer does for the call sites that call it.
 *
 * @param calls whether it writes an event for each call
 * @param returns whether it awaits the return, and writes an event then
 * @param callbacks functions that it calls in this order, by their addresses: {@code void
 *     callback(long ip, long parent)} of the C calling convention, with the address behind the site
 *     and the one where the function is called from
 */
public record TracerSpec(boolean calls, boolean returns, List<Long> callbacks) {
  /** Makes a description; the list is copied. */
  public TracerSpec {
    callbacks = List.copyOf(callbacks);
  }
}
