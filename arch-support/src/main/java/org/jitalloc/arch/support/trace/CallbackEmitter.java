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

  /** Restores the saved registers. */
  void restore();
}
