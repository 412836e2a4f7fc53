package org.jitalloc.arch.support.bpf;

import org.jitalloc.arch.bpf.BpfFunction;

/** Emits the prologues and epilogues of functions. */
public interface FunctionFrameEmitter {

  /** Emits an instruction without effect of the length of a patch site. */
  void patchSite();

  /** Emits an idle call site, as {@link org.jitalloc.arch.trace.CallSites} prepare one. */
  void callSite();

  /**
   * Enters the program by the C calling convention: saves the callee-saved registers that the
   * program changes, keeps the frame if {@link FunctionUsage#needsFrame()}, stores the machine's
   * stack pointer in the frame if {@link FunctionUsage#leavesFromDepth()}, and loads r10 if {@link
   * FunctionUsage#usesStack()}. Keeps the arguments for {@link #memoryStart} and {@link
   * #memoryBytes}.
   *
   * @param main the first function
   */
  void enterProgram(BpfFunction main);

  /** Moves the address of the memory from its argument into r1. */
  void memoryStart();

  /** Moves the length of the memory from its argument into r2; r1 may be set already. */
  void memoryBytes();

  /**
   * Enters a function by a local call: saves {@link FunctionUsage#saves}, and lowers r10 if {@link
   * FunctionUsage#hasStack}.
   *
   * @param function the function
   */
  void enterFunction(BpfFunction function);

  /**
   * Returns from the program by the C calling convention, with the machine stack of the first
   * function.
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
