package org.jitalloc.arch.support.trace;

/** Emits the entry and the exit of tracers. */
public interface EntryEmitter {

  /** Emits the entry for sites: saves the registers that are used. */
  void enter();

  /**
   * Returns to the address after the site with all registers unchanged, except a replaced return
   * address.
   */
  void leave();

  /**
   * Emits the entry of the hook, to which functions return whose returns are traced: a no-operation
   * that marks it, then saves of the registers that are used, and of the result registers of
   * functions.
   */
  void enterHook();

  /**
   * Jumps to the return address of the {@linkplain ReturnFrameEmitter#take frame that was taken}.
   */
  void leaveHook();

  /** Ends the process by a signal: the return address is lost. */
  void trap();
}
