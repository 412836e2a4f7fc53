package org.jitalloc.arch.support.poke;

import org.jitalloc.arch.support.asm.Label;

/** The machine instructions by which a signal is passed to the action that was there before. */
public interface PreviousHandlerEmitter {

  /** Loads the previous action and compares it with 1, which stands for ignoring the signal. */
  void loadPrevious();

  /**
   * Uses the comparison.
   *
   * @param handler where to go on if the action is a handler
   * @param byDefault where to go on if it is the default action
   */
  void jumpByPrevious(Label handler, Label byDefault);

  /**
   * Tells apart the kernel, whose signals cannot be ignored, and processes.
   *
   * @param byDefault where to go on if the kernel raised the signal
   */
  void jumpIfForced(Label byDefault);

  /** Returns from the handler. */
  void ret();

  /** Jumps to the previous handler with the arguments of this one. */
  void jumpToPrevious();

  /** Sets the default action, queues the signal again for this thread, and returns. */
  void endByDefault();
}
