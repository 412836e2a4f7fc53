package org.jitalloc.arch.bpf;

import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;

/**
 * A checked program, ready to be compiled. The program checker guarantees: every operation and
 * register is valid, reserved fields are zero, jumps stay inside their function and do not lead to
 * the second half of a wide instruction, no function falls through its end, local calls lead to the
 * start of a function and are not recursive, every helper that is called by number exists, every
 * load and store relative to r10 is inside the stack of the function, and every atomic operation
 * relative to r10 is at a multiple of its length. Immutable.
 *
 * @param insns all instructions
 * @param functions the functions, by ascending {@code first}, covering all instructions; the
 *     program starts with the first one
 * @param helpers the addresses of all helpers that the program may call, by number; they are
 *     functions of (r1, r2, r3, r4, r5) in the C calling convention that return r0
 * @param checked whether each load and store through a register other than r10 is checked at run
 *     time against the regions of the {@link BpfFrame}
 * @param byteOrder the byte order of the memory that the program accesses, with its stack, and of
 *     the machine that the program assumes: {@link BpfOp#LE} and {@link BpfOp#BE} convert from and
 *     to it. One of {@link BpfCodeGenerator#byteOrders()}
 * @param callSite whether the code has a call site at its start, for a tracer
 * @param id a number that the caller chooses, from 0 to {@link #MAX_ID}. The program stores it in
 *     {@link BpfFrame#STATUS} when it fails or is stopped
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

  /** Checks the id, and copies the lists and the map. */
  public BpfSource {
    if (id < 0 || id > MAX_ID) {
      throw new IllegalArgumentException("id %d is not from 0 to %d".formatted(id, MAX_ID));
    }
    insns = List.copyOf(insns);
    functions = List.copyOf(functions);
    helpers = Map.copyOf(helpers);
  }

  /**
   * Creates the source of a program with the id 0 that does not count steps.
   *
   * @param insns all instructions
   * @param functions the functions
   * @param helpers the addresses of the helpers by number
   * @param checked whether accesses are checked at run time
   * @param byteOrder the byte order of the memory
   * @param callSite whether the code has a call site
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
   * Creates the source of a program with the id 0 without a call site.
   *
   * @param insns all instructions
   * @param functions the functions
   * @param helpers the addresses of the helpers by number
   * @param checked whether accesses are checked at run time
   * @param byteOrder the byte order of the memory
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
