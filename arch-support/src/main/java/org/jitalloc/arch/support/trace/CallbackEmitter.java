package org.jitalloc.arch.support.trace;

/** Emits calls of functions that may change all that a function may change. */
public interface CallbackEmitter {

  /** Keeps what the traced function has its arguments in and the tracer needs again. */
  void save();

  /**
   * Calls a function by the C calling convention, with the address behind the site and the one that
   * the traced function returns to.
   *
   * @param callback its address
   */
  void call(long callback);

  /** Takes back what was kept. */
  void restore();
}
