package org.jitalloc.arch.support.poke;

import org.jitalloc.arch.support.asm.Label;

/** Emits the machine instructions that pass a signal to the previous action. */
public interface PreviousHandlerEmitter {

  /** Loads the previous action and compares it with 1, which is SIG_IGN. */
  void loadPrevious();

  /**
   * Jumps by the comparison.
   *
   * @param handler the target if the action is a handler
   * @param byDefault the target if it is the default action
   */
  void jumpByPrevious(Label handler, Label byDefault);

  /**
   * Jumps if the kernel raised the signal, which cannot be ignored then.
   *
   * @param byDefault the target
   */
  void jumpIfForced(Label byDefault);

  /** Returns from the handler. */
  void ret();

  /** Jumps to the previous handler with the arguments of this one. */
  void jumpToPrevious();

  /** Sets the default action, queues the signal again for this thread, and returns. */
  void endByDefault();
}
