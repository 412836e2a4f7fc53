package org.jitalloc.ftrace.ring;

/**
 * An event as tracers write it.
 *
 * @param time of the clock of tracers
 * @param thread the thread of the event
 * @param ip the address behind the call site
 * @param link where the function is called from; of a return: when it was called, of that clock
 * @param isReturn whether it is a return
 * @param depth how many returns were awaited
 */
public record RawEvent(long time, int thread, long ip, long link, boolean isReturn, int depth) {}
