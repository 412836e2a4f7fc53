package org.jitalloc.arch.trace;

import org.jitalloc.NativeThread;

/**
 * The layout of the memory that tracers write and a reader reads: a header, a slot for each thread,
 * and for each slot a ring of events and a stack of return addresses. Words have 8 bytes in the
 * byte order of the target. All words are zero at the start.
 *
 * <pre>
 * header  ON          not 0 while events are written
 *         UNPLACED    number of calls of threads that found no free slot
 * slot    KEY         the number of its thread, 0 without a thread
 *         WRITTEN     number of events written
 *         DROPPED     number of events lost because the ring was full
 *         BUSY        the stack pointer of the tracer that its thread is in, 0 outside
 *         NESTED      number of calls while its thread was in a tracer
 *         FRAMES      number of frames on the stack of returns
 *         UNHOOKED    number of calls whose return is not traced because the stack was full
 *         READ        number of events read; written by the reader
 * event   TIME        of the architecture's clock
 *         IP          the address after the call site
 *         LINK        of a call: the return address of the function;
 *                     of a return: the time of the call
 *         KIND        CALL or RETURN, and from bit 8 on the number of frames
 * frame   the return address, IP, TIME, the stack pointer at the call
 * </pre>
 *
 * A thread writes only its slot, its ring, its stack and the counters of the header. An event is
 * complete when WRITTEN includes it. A thread acquires a slot by a compare-and-swap of its number
 * into KEY, in one of the {@code probes()} slots from its number modulo {@code threads} on (linear
 * probing).
 *
 * @param address its address, a multiple of {@link #ALIGN_BYTES}
 * @param threads the number of slots, a power of two
 * @param events the capacity of a ring in events, a power of two, at least 4
 * @param depth the capacity of a stack in frames, a power of two, at least 4
 * @param threadNumber the offset of the number of a thread, 4 bytes, from its thread pointer
 * @param threadStack the offset of the lowest address and the length of the stack that a thread was
 *     created with, 8 bytes each, from its thread pointer
 * @param thread what the C library has for each thread
 */
public record TraceArea(
    long address,
    int threads,
    int events,
    int depth,
    long threadNumber,
    long threadStack,
    NativeThread thread) {
  /** The alignment of the area in bytes. */
  public static final int ALIGN_BYTES = 128;

  /** The length of the header, and of a slot, in bytes. */
  public static final int SLOT_BYTES = 128;

  /** The length of an event, and of a frame, in bytes. */
  public static final int EVENT_BYTES = 32;

  /** In the header. */
  public static final int ON = 0;

  /** In the header. */
  public static final int UNPLACED = 8;

  /** In a slot. */
  public static final int KEY = 0;

  /** In a slot. */
  public static final int WRITTEN = 8;

  /** In a slot. */
  public static final int DROPPED = 16;

  /** In a slot. */
  public static final int BUSY = 24;

  /** In a slot. */
  public static final int NESTED = 32;

  /** In a slot. */
  public static final int FRAMES = 40;

  /** In a slot. */
  public static final int UNHOOKED = 48;

  /** In a slot, in a cache line of its own. */
  public static final int READ = 64;

  /** In an event. */
  public static final int TIME = 0;

  /** In an event. */
  public static final int IP = 8;

  /** In an event. */
  public static final int LINK = 16;

  /** In an event. */
  public static final int KIND = 24;

  /** A kind of event. */
  public static final int CALL = 1;

  /** A kind of event. */
  public static final int RETURN = 2;

  /** The lowest bit of the number of frames in KIND. */
  public static final int DEPTH_SHIFT = 8;

  /** In a frame. */
  public static final int RETURN_TO = 0;

  /** In a frame. */
  public static final int FRAME_IP = 8;

  /** In a frame. */
  public static final int CALLED_AT = 16;

  /** In a frame. */
  public static final int STACK = 24;

  private static final int MOST_PROBES = 8;

  /**
   * Creates a description.
   *
   * @throws IllegalArgumentException if a value is not allowed, or the area has 2 GiB or more
   */
  public TraceArea {
    boolean powers =
        Integer.bitCount(threads) == 1
            && Integer.bitCount(events) == 1
            && Integer.bitCount(depth) == 1;
    boolean small = bytes(threads, events, depth) <= Integer.MAX_VALUE;
    if (!powers || events < 4 || depth < 4 || !small || address % ALIGN_BYTES != 0) {
      throw new IllegalArgumentException(
          "threads, events and depth are powers of two from 1, 4 and 4 on, and less than 2 GiB: address=0x%x threads=%d events=%d depth=%d"
              .formatted(address, threads, events, depth));
    }
  }

  /**
   * Returns the length of an area.
   *
   * @param threads the number of slots
   * @param events the capacity of a ring in events
   * @param depth the capacity of a stack in frames
   * @return the length in bytes
   */
  public static long bytes(int threads, int events, int depth) {
    return SLOT_BYTES + threads * (SLOT_BYTES + EVENT_BYTES * ((long) events + depth));
  }

  /** {@return the length in bytes} */
  public long bytes() {
    return bytes(threads, events, depth);
  }

  /** {@return the number of slots that a thread tries} */
  public int probes() {
    return Math.min(threads, MOST_PROBES);
  }

  /** {@return the offset of the first slot in bytes} */
  public int slots() {
    return SLOT_BYTES;
  }

  /** {@return the offset of the first ring in bytes} */
  public int rings() {
    return SLOT_BYTES * (1 + threads);
  }

  /** {@return the offset of the first stack of returns in bytes} */
  public int stacks() {
    return rings() + threads * events * EVENT_BYTES;
  }
}
