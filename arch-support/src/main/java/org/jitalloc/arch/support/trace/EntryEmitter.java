package org.jitalloc.arch.support.trace;

/** Emits how a tracer is entered and left. */
public interface EntryEmitter {

  /** Begins what sites call: keeps the registers that are going to be used. */
  void enter();

  /** Goes on behind the site with all registers as they were, but for one replaced return. */
  void leave();

  /**
   * Begins the hook, which is what functions return to when their returns are awaited: an
   * instruction without effect that marks it as such, then keeps the registers that are going to be
   * used, and those that functions return values in.
   */
  void enterHook();

  /** Goes on where the {@linkplain ReturnFrameEmitter#take frame that was taken} says. */
  void leaveHook();

  /** Ends the process by a signal: nobody knows where to go on. */
  void trap();
}
