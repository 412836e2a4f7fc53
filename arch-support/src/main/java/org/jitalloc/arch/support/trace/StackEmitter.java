package org.jitalloc.arch.support.trace;

import org.jitalloc.arch.support.asm.Label;

/**
 * Emits comparisons of a saved stack pointer with the present one, for the rare case that their
 * order does not determine the inner call: a signal handler may run on the {@linkplain #ask
 * alternate stack} of the thread, a coroutine on another stack. {@link #ask} is the first and
 * {@link #answered} the last call on every path. They preserve all shared registers.
 */
public interface StackEmitter {

  /** A stack pointer that was saved in memory. */
  enum Saved {
    /** STACK of the frame. */
    FRAME,
    /** BUSY of the slot. */
    BUSY
  }

  /** Asks the kernel for the alternate stack of the thread: sigaltstack(2). */
  void ask();

  /** Releases the stack memory of {@link #ask}; preserves the flags. */
  void answered();

  /**
   * Compares a saved stack pointer with the bounds of the alternate stack.
   *
   * @param saved the stack pointer
   * @param alternate the target if it is inside
   */
  void jumpIfAlternate(Saved saved, Label alternate);

  /**
   * Compares the present stack pointer with the bounds of the alternate stack.
   *
   * @param alternate the target if it is inside
   */
  void jumpIfOnAlternate(Label alternate);

  /**
   * Compares both stack pointers with the bounds of the initial stack of the thread.
   *
   * @param saved the saved stack pointer
   * @param other the target unless both are inside
   */
  void jumpUnlessOwn(Saved saved, Label other);

  /**
   * Compares the place of the frame with the present one.
   *
   * @param same the target if they are equal
   */
  void jumpIfSame(Label same);

  /**
   * Compares the place of the frame with the present one.
   *
   * @param higher the target if it is higher
   */
  void jumpIfHigher(Label higher);

  /**
   * Compares BUSY with the stack pointer at the entry of the tracer.
   *
   * @param below the target if the latter is lower
   */
  void jumpIfBelowBusy(Label below);
}
