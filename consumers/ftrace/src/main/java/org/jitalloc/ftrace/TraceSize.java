package org.jitalloc.ftrace;

import org.jitalloc.JitAllocException;
import org.jitalloc.JitAllocException.Reason;
import org.jitalloc.NativeThread;
import org.jitalloc.arch.trace.TraceArea;

/**
 * How much room a trace has. Powers of two.
 *
 * @param threads how many threads can be traced at a time
 * @param events how many events of each wait to be read
 * @param depth how many calls of each can be nested that are traced with their returns
 * @param kept how many events are kept once they were read; any number
 */
public record TraceSize(int threads, int events, int depth, int kept) {
  /**
   * 64 threads, 8,192 events of each, 256 returns: 16.5 MiB of the allocator's memory. A million
   * events kept: these are objects on the heap, each with a name and where it was called from.
   */
  public static final TraceSize DEFAULT = new TraceSize(64, 8192, 256, 1_000_000);

  /**
   * Makes a size.
   *
   * @throws JitAllocException INVALID_REQUEST if a number is none that is allowed, or all of it is
   *     2 GiB or more
   */
  public TraceSize {
    try {
      var area = new TraceArea(0, threads, events, depth, 0, 0, NativeThread.NONE);
      if (kept < 0) {
        throw new IllegalArgumentException(
            "less than no events kept: kept=%d of %s".formatted(kept, area));
      }
    } catch (IllegalArgumentException wrong) {
      throw new JitAllocException(
          Reason.INVALID_REQUEST, "no size of a trace: " + wrong.getMessage(), wrong);
    }
  }
}
