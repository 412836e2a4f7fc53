package org.jitalloc.arch.support.bpf;

import org.jitalloc.arch.support.asm.Label;

/** Emits how a program ends before its EXIT. */
public interface ExitEmitter {

  /**
   * Sets the failing instruction.
   *
   * @param index where it stands
   */
  void failingInsn(int index);

  /**
   * Writes the failing address, the failing instruction and a status into the frame, and 0 into r0.
   *
   * @param status the status
   */
  void fail(long status);

  /**
   * Jumps if the run is to stop: if the frame's STOP is {@link
   * org.jitalloc.arch.bpf.BpfFrame#STOP_REQUEST} or more. Changes no register of the program.
   *
   * @param target where to go
   */
  void jumpIfStopRequested(Label target);

  /**
   * Subtracts 1 from the frame's STEPS, and jumps if the result is negative. Changes no register of
   * the program.
   *
   * @param target where to go
   */
  void countStep(Label target);

  /** Loads r0 with what a helper left in the frame. */
  void loadResult();

  /** Goes back to the machine stack of the first function, as the frame has it. */
  void restoreStack();
}
