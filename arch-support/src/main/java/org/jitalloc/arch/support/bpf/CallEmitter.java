package org.jitalloc.arch.support.bpf;

import org.jitalloc.arch.support.asm.Label;

/**
 * Emits calls of functions and helpers. For a call by register, a function of the code searches the
 * helper: its argument is the number in the <em>number register</em>, and its result the address in
 * the <em>helper register</em>, or 0.
 */
public interface CallEmitter {

  /**
   * Calls a function of the code.
   *
   * @param function its start
   */
  void call(Label function);

  /**
   * Loads the helper register.
   *
   * @param address the address of a helper, or 0
   */
  void loadHelper(long address);

  /**
   * Jumps if the machine's stack pointer is lower, unsigned, than the frame's STACK_FLOOR. Changes
   * no register of the program.
   *
   * @param target where to go
   */
  void jumpIfStackLow(Label target);

  /** Calls the function in the helper register by the C calling convention; the result is in r0. */
  void callHelper();

  /**
   * Jumps if the status of the frame is not RUNNING.
   *
   * @param target the target
   */
  void jumpIfEnded(Label target);

  /**
   * Loads the number register.
   *
   * @param register the register of the program with the number
   */
  void loadNumber(int register);

  /**
   * Jumps if the helper register is 0; then the failing address is the number that was searched.
   *
   * @param target the target
   */
  void jumpIfNoHelper(Label target);

  /**
   * Compares the number register with a constant, signed, and jumps if they differ. {@link
   * #jumpIfLower} uses the same comparison.
   *
   * @param number the constant
   * @param target the target
   */
  void jumpIfOther(int number, Label target);

  /**
   * Jumps if the number was lower than the constant of the last comparison.
   *
   * @param target the target
   */
  void jumpIfLower(Label target);

  /** Returns from the search. */
  void returnFromSearch();
}
