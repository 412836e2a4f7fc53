package org.jitalloc.arch.support.trace;

import org.jitalloc.arch.support.asm.Label;

/**
 * Emits comparisons of a saved stack pointer with the present one, for the rare case in which the
 * order of the two numbers does not say which call is the inner one: a signal handler may run on
 * the thread's {@linkplain #ask alternate stack}, a coroutine on a stack of its own. {@link #ask}
 * comes first and {@link #answered} last, on every path. All registers with a meaning are kept.
 */
public interface StackEmitter {

  /** A stack pointer that was saved in memory. */
  enum Saved {
    /** The STACK of the frame that is looked at. */
    FRAME,
    /** The slot's BUSY. */
    BUSY
  }

  /** Asks the kernel for the alternate stack of the thread: sigaltstack(2). */
  void ask();

  /** Gives back what {@link #ask} took of the stack; keeps the flags. */
  void answered();

  /**
   * Compares a saved stack pointer with the bounds of the alternate stack.
   *
   * @param saved which
   * @param alternate where to go if it lies inside
   */
  void jumpIfAlternate(Saved saved, Label alternate);

  /**
   * Compares the stack pointer with the bounds of the alternate stack.
   *
   * @param alternate where to go if it lies inside
   */
  void jumpIfOnAlternate(Label alternate);

  /**
   * Compares both with the bounds of the stack that the thread was created with.
   *
   * @param saved which
   * @param other where to go unless both lie inside
   */
  void jumpUnlessOwn(Saved saved, Label other);

  /**
   * Compares the frame's place with this one.
   *
   * @param same where to go if they are the same
   */
  void jumpIfSame(Label same);

  /**
   * Compares the frame's place with this one.
   *
   * @param higher where to go if it is higher
   */
  void jumpIfHigher(Label higher);

  /**
   * Compares BUSY with the stack pointer that the tracer was entered with.
   *
   * @param below where to go if that is lower
   */
  void jumpIfBelowBusy(Label below);
}
