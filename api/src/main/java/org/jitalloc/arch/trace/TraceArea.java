package org.jitalloc.arch.trace;

/**
 * The memory that tracers write and a reader reads: a header, a slot for each thread, a ring of
 * events and a stack of returns for each slot. All words have 8 bytes in the byte order of the
 * target. It begins as zeros.
 *
 * <pre>
 * header  ON          not 0 while events are written
 *         UNPLACED    calls of threads that found no slot
 * slot    KEY         the number of its thread; 0 while it belongs to none
 *         WRITTEN     events written ever
 *         DROPPED     events that found the ring full
 *         BUSY        not 0 while its thread is in a tracer
 *         NESTED      calls while it was
 *         FRAMES      how many returns are awaited
 *         UNHOOKED    calls whose return is not awaited, as the stack is full
 *         READ        events read ever; the reader's word
 * event   TIME        of the architecture's clock
 *         IP          the address behind the call site
 *         LINK        where the function is called from; of a return: when it was called
 *         KIND        CALL or RETURN, and from bit 8 on how many returns are awaited
 * frame   the address to return to, IP, TIME, the stack pointer at the call
 * </pre>
 *
 * A thread writes only its slot, its ring and its stack, and the words of the header that count. An
 * event is there once WRITTEN says so. A slot is a thread's from when it put its number there by
 * compare and swap, in one of the {@code probes()} slots from its number modulo {@code threads} on.
 *
 * @param address where it begins, a multiple of {@link #ALIGN_BYTES}
 * @param threads how many slots, a power of two
 * @param events how many events a ring holds, a power of two, at least 4
 * @param depth how many returns a stack holds, a power of two, at least 4
 * @param threadNumber where a thread's number is, 4 bytes, relative to its thread pointer
 */
public record TraceArea(long address, int threads, int events, int depth, long threadNumber) {
  /** What the address is a multiple of. */
  public static final int ALIGN_BYTES = 128;

  /** The length of the header, and of a slot. */
  public static final int SLOT_BYTES = 128;

  /** The length of an event, and of a frame. */
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

  /** Where the number of awaited returns begins in KIND. */
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
   * Makes a description.
   *
   * @throws IllegalArgumentException if a number is none that is allowed, or all of it is 2 GiB or
   *     more
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
   * Says how long an area is.
   *
   * @param threads how many slots
   * @param events how many events a ring holds
   * @param depth how many returns a stack holds
   * @return the length in bytes
   */
  public static long bytes(int threads, int events, int depth) {
    return SLOT_BYTES + threads * (SLOT_BYTES + EVENT_BYTES * ((long) events + depth));
  }

  /** {@return the length in bytes} */
  public long bytes() {
    return bytes(threads, events, depth);
  }

  /** {@return in how many slots a thread looks for its own} */
  public int probes() {
    return Math.min(threads, MOST_PROBES);
  }

  /** {@return where the first slot is, relative to the start} */
  public int slots() {
    return SLOT_BYTES;
  }

  /** {@return where the first ring is, relative to the start} */
  public int rings() {
    return SLOT_BYTES * (1 + threads);
  }

  /** {@return where the first stack of returns is, relative to the start} */
  public int stacks() {
    return rings() + threads * events * EVENT_BYTES;
  }
}
