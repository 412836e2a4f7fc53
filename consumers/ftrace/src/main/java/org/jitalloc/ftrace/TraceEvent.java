package org.jitalloc.ftrace;

/**
 * A call, or a return.
 *
 * @param nanos when, of {@link System#nanoTime}
 * @param thread the number that Linux has for the thread
 * @param function what was called or returns, as the kernel names it
 * @param ip the address behind its call site
 * @param link what happened before it
 * @param depth how many functions that are traced with their returns the thread was in
 */
public record TraceEvent(long nanos, int thread, String function, long ip, Link link, int depth) {

  /** What leads to an event. */
  public sealed interface Link {}

  /**
   * A call comes from somewhere.
   *
   * @param address where
   * @param name the function there, or the address
   */
  public record CalledFrom(long address, String name) implements Link {}

  /**
   * A return ends a call.
   *
   * @param nanos how long it took
   */
  public record Took(long nanos) implements Link {}
}
