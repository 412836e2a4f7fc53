package org.jitalloc.ftrace;

/**
 * How much room a trace has. Powers of two.
 *
 * @param threads how many threads can be traced at a time
 * @param events how many events of each wait to be read
 * @param depth how many calls of each can be nested that are traced with their returns
 * @param kept how many events are kept once they were read; any number
 */
public record TraceSize(int threads, int events, int depth, int kept) {
  /** 64 threads, 8,192 events of each, 256 returns, a million events kept: 18 MiB. */
  public static final TraceSize DEFAULT = new TraceSize(64, 8192, 256, 1_000_000);
}
