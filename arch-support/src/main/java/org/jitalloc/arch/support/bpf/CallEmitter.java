package org.jitalloc.arch.support.bpf;

import org.jitalloc.arch.support.asm.Label;

/**
 * Emits calls of functions and helpers. A helper that is called by register is searched by a
 * function of the code, which takes its number in the <em>number register</em> and gives its
 * address in the <em>helper register</em>, or 0.
 */
public interface CallEmitter {

  /**
   * Calls a function of the code.
   *
   * @param function where it starts
   */
  void call(Label function);

  /**
   * Loads the helper register.
   *
   * @param address the address of a helper, or 0
   */
  void loadHelper(long address);

  /** Calls what is in the helper register, by the C calling convention; the result goes to r0. */
  void callHelper();

  /**
   * Jumps if the frame's status is not RUNNING.
   *
   * @param target where to go
   */
  void jumpIfEnded(Label target);

  /**
   * Loads the number register.
   *
   * @param register the register of the program that has the number
   */
  void loadNumber(int register);

  /**
   * Jumps if the helper register is 0; then the failing address is the number that was searched.
   *
   * @param target where to go
   */
  void jumpIfNoHelper(Label target);

  /**
   * Compares the number register with a constant, signed, and jumps if they differ. {@link
   * #jumpIfLower} goes by the same comparison.
   *
   * @param number the constant
   * @param target where to go
   */
  void jumpIfOther(int number, Label target);

  /**
   * Jumps if the number was lower than the constant it was compared with last.
   *
   * @param target where to go
   */
  void jumpIfLower(Label target);

  /** Returns from the search. */
  void returnFromSearch();
}
