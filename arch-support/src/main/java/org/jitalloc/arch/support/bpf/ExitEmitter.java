package org.jitalloc.arch.support.bpf;

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

  /** Loads r0 with what a helper left in the frame. */
  void loadResult();

  /** Goes back to the machine stack of the first function, as the frame has it. */
  void restoreStack();
}
