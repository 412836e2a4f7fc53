package org.jitalloc.arch.support.trace;

/** Emits calls of functions by the C calling convention. */
public interface CallbackEmitter {

  /**
   * Saves the argument registers of the traced function, and the registers that the tracer needs
   * again.
   */
  void save();

  /**
   * Calls a function by the C calling convention, with the address after the site and the return
   * address of the traced function.
   *
   * @param callback its address
   */
  void call(long callback);

  /**
   * Stores errno in the frame. Functions that are called may change it.
   *
   * @param location the address of the function that returns its address
   */
  void saveErrno(long location);

  /** Restores errno from the frame. */
  void restoreErrno();

  /** Restores the saved registers. */
  void restore();
}
