package org.jitalloc.arch.bpf;

/**
 * The memory that one run of a compiled program works by: a frame that the caller provides, zeroed
 * where nothing else is said, in the machine's byte order. All fields are 8 bytes at the offsets
 * given here.
 *
 * <p>A compiled program is a function {@code u64 program(frame, memory, memoryBytes)} in the C
 * calling convention. It starts with r1 = memory, r2 = memoryBytes, r10 = the frame's {@link
 * #STACK_TOP} and zero in the other registers; a local call lowers r10 by {@link #STACK_BYTES} for
 * the callee. After a call of a function or a helper, r1 to r5 are 0. The caller of the program
 * zeroes the stack; the program does not. The machine's own stack holds return addresses and saved
 * registers and is out of the program's reach.
 *
 * <p>Where {@link BpfSource#checked()} is set, a load or store of n bytes at address a goes ahead
 * if {@code a - MEMORY_START <} {@code MEMORY_LIMIT_n} or {@code a - STACK_START < STACK_LIMIT_n},
 * unsigned, where a limit is the number of addresses at which n bytes fit (the region's length - n
 * + 1, but not below 0), and, for atomic operations, {@code a} is a multiple of n. Else the program
 * stores {@link #FAULT}, {@link #INSN} and {@link #ADDRESS}, and returns 0 at once, from whatever
 * depth. After each helper the program looks at {@link #STATUS}: if it is not {@link #RUNNING}, it
 * returns what {@link #RESULT} holds, at once.
 *
 * <p>A program can be stopped before each instruction of {@link BpfOp#pollPoints}: every loop and
 * every chain of calls passes one. There is a {@link BpfStopSite} at each. While a jump to its stub
 * is poked over it, the program looks there at {@link #STOP}: if the value is {@link #STOP_REQUEST}
 * or more, the program stores {@link #STOPPED} and {@link #INSN} and returns 0 at once. Another
 * thread may write the field while the program runs.
 *
 * <p>Where {@link BpfSource#countsSteps()} is set there are no stop sites: the program looks at
 * {@link #STOP} at each of these points, and then subtracts 1 from {@link #STEPS}. If the result is
 * negative, it ends in the same way, with {@link #EXHAUSTED}.
 */
public final class BpfFrame {

  /**
   * The state of the run. {@link #STATUS_MASK} covers one of {@link #RUNNING}, {@link #EXITED},
   * {@link #FAULT}, {@link #BAD_HELPER}, {@link #STOPPED}, {@link #EXHAUSTED}. With the last four,
   * the bits above are {@link BpfSource#id()} of the program that failed or was stopped: it need
   * not be the one that was called.
   */
  public static final int STATUS = 0;

  /** What a helper that ended the program wants returned. */
  public static final int RESULT = 8;

  /** The index of the instruction that failed, or before which the program was stopped. */
  public static final int INSN = 16;

  /**
   * The address that is not allowed; with {@link #BAD_HELPER}, the number of the helper that does
   * not exist.
   */
  public static final int ADDRESS = 24;

  /**
   * Whether the program is to stop: {@link #STOP_REQUEST} or more if it is, 0 or less if it is to
   * go on. No other values.
   */
  public static final int STOP = 32;

  /** The address of the memory. */
  public static final int MEMORY_START = 40;

  /** The limits of the memory for accesses of 1, 2, 4 and 8 bytes: four fields. */
  public static final int MEMORY_LIMITS = 48;

  /** The address of the stack. */
  public static final int STACK_START = 80;

  /** The limits of the stack for accesses of 1, 2, 4 and 8 bytes: four fields. */
  public static final int STACK_LIMITS = 88;

  /** The address behind the stack, a multiple of 8: where r10 starts. */
  public static final int STACK_TOP = 120;

  /** For the program to keep its machine stack pointer in, so that it can return from any depth. */
  public static final int SAVED_SP = 128;

  /** How many poll points the program may still pass, if it counts them. */
  public static final int STEPS = 136;

  /**
   * The lowest value of the machine's stack pointer, unsigned, at which the program may call a
   * helper; 0 for any. If the stack pointer is lower, the program does not call the helper but ends
   * with {@link #STACK_LOW} and {@link #INSN}.
   */
  public static final int STACK_FLOOR = 144;

  /** The length of the frame in bytes, without the stack. */
  public static final int BYTES = 160;

  /** The stack of one function in bytes. */
  public static final int STACK_BYTES = 512;

  /** How many functions may be active at once. */
  public static final int MAX_DEPTH = 8;

  /** The status while the program runs, and after it ended by itself. */
  public static final long RUNNING = 0;

  /** The status after a helper ended the program. */
  public static final long EXITED = 1;

  /** The status after an access that is not allowed. */
  public static final long FAULT = 2;

  /** The status after a call by register of a helper that does not exist. */
  public static final long BAD_HELPER = 3;

  /** The status after the program was stopped from outside. */
  public static final long STOPPED = 4;

  /** The status after the program has passed all the poll points that it may pass. */
  public static final long EXHAUSTED = 5;

  /** The status after a call of a helper for which there is not enough of the machine's stack. */
  public static final long STACK_LOW = 6;

  /** The bits of {@link #STATUS} that hold the state. */
  public static final long STATUS_MASK = 7;

  /** The position of the lowest bit of the program's id in {@link #STATUS}. */
  public static final int STATUS_ID_SHIFT = 3;

  /**
   * The least value of {@link #STOP} that stops a program. It is greater than every address of a
   * frame, so that a program may compare with its own.
   */
  public static final long STOP_REQUEST = 1L << 62;

  private BpfFrame() {}

  /**
   * Gives the offset of the limit for accesses of a size.
   *
   * @param limits {@link #MEMORY_LIMITS} or {@link #STACK_LIMITS}
   * @param bytes 1, 2, 4 or 8
   * @return the offset in the frame
   */
  public static int limit(int limits, int bytes) {
    return limits + 8 * Integer.numberOfTrailingZeros(bytes);
  }
}
