package org.jitalloc.arch.support.bpf;

import org.jitalloc.arch.bpf.BpfFunction;

/** Emits how functions begin and end. */
public interface FunctionFrameEmitter {

  /** Emits an instruction that does nothing, of the length of a patch site. */
  void patchSite();

  /** Emits a call site as {@link org.jitalloc.arch.trace.CallSites} prepare one. */
  void callSite();

  /**
   * Enters the program by the C calling convention: saves what C wants preserved and the program
   * changes, keeps the frame where {@link FunctionUsage#needsFrame()}, the machine's stack pointer
   * in the frame where {@link FunctionUsage#leavesFromDepth()}, and loads r10 where {@link
   * FunctionUsage#usesStack()}. Leaves the arguments that {@link #memoryStart} and {@link
   * #memoryBytes} want.
   *
   * @param main the first function
   */
  void enterProgram(BpfFunction main);

  /** Moves the memory's address from where C handed it over into r1. */
  void memoryStart();

  /** Moves the memory's length from where C handed it over into r2; r1 may be set already. */
  void memoryBytes();

  /**
   * Enters a function by a local call: saves {@link FunctionUsage#saves}, and lowers r10 where
   * {@link FunctionUsage#hasStack}.
   *
   * @param function the function
   */
  void enterFunction(BpfFunction function);

  /**
   * Returns from the program by the C calling convention, from where the machine stack is as in the
   * first function.
   *
   * @param main the first function
   */
  void leaveProgram(BpfFunction main);

  /**
   * Returns from a function to its local caller.
   *
   * @param function the function
   */
  void leaveFunction(BpfFunction function);
}
