package org.jitalloc.arch.bpf;

import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;

/**
 * A checked program, ready to be compiled. The checks have been done: every operation and register
 * is valid, reserved fields are zero, jumps stay inside their function and hit no second half, no
 * function falls off its end, local calls hit the start of a function and are not recursive, every
 * helper called by number is there, every load and store relative to r10 itself is inside the
 * function's stack, and every atomic operation relative to r10 at a multiple of its length.
 *
 * @param insns all instructions
 * @param functions the functions, by ascending {@code first}, covering all instructions; the
 *     program starts with the first one
 * @param helpers the addresses of the helpers by number: all that the program may call; functions
 *     of (r1, r2, r3, r4, r5) in the C calling convention that return r0
 * @param checked whether each load and store through a register other than r10 is to be bounded at
 *     run time by the regions of the {@link BpfFrame}
 * @param byteOrder the order of bytes in the memory that the program accesses, its stack included,
 *     and what the program takes for the order of its machine: {@link BpfOp#LE} and {@link
 *     BpfOp#BE} convert from and to it. One of {@link BpfCodeGenerator#byteOrders()}
 * @param callSite whether a tracer can be called when the program starts
 * @param id a number of the caller's, from 0 to {@link #MAX_ID}. The program stores it in {@link
 *     BpfFrame#STATUS} when it fails or is stopped
 * @param countsSteps whether the program counts down {@link BpfFrame#STEPS}
 */
public record BpfSource(
    List<BpfInsn> insns,
    List<BpfFunction> functions,
    Map<Integer, Long> helpers,
    boolean checked,
    ByteOrder byteOrder,
    boolean callSite,
    int id,
    boolean countsSteps) {

  /** The greatest id. */
  public static final int MAX_ID = (1 << 28) - 1;

  /** Makes a source; lists and map are copied. */
  public BpfSource {
    if (id < 0 || id > MAX_ID) {
      throw new IllegalArgumentException("id %d is not from 0 to %d".formatted(id, MAX_ID));
    }
    insns = List.copyOf(insns);
    functions = List.copyOf(functions);
    helpers = Map.copyOf(helpers);
  }

  /**
   * Makes the source of a program with the id 0 that counts no steps.
   *
   * @param insns as above
   * @param functions likewise
   * @param helpers likewise
   * @param checked likewise
   * @param byteOrder likewise
   * @param callSite likewise
   */
  public BpfSource(
      List<BpfInsn> insns,
      List<BpfFunction> functions,
      Map<Integer, Long> helpers,
      boolean checked,
      ByteOrder byteOrder,
      boolean callSite) {
    this(insns, functions, helpers, checked, byteOrder, callSite, 0, false);
  }

  /**
   * Makes the source of a program with the id 0 that no tracer can be called from.
   *
   * @param insns as above
   * @param functions likewise
   * @param helpers likewise
   * @param checked likewise
   * @param byteOrder likewise
   */
  public BpfSource(
      List<BpfInsn> insns,
      List<BpfFunction> functions,
      Map<Integer, Long> helpers,
      boolean checked,
      ByteOrder byteOrder) {
    this(insns, functions, helpers, checked, byteOrder, false);
  }
}
