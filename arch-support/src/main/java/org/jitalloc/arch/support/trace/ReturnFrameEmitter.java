package org.jitalloc.arch.support.trace;

import org.jitalloc.arch.support.asm.Label;

/**
 * Emits changes of the stack of frames, one for each return that is awaited. A frame's
 * <em>place</em> (STACK) is the same number when its function is entered and when it returns, and
 * the lower the later the function was called: an address on the stack.
 */
public interface ReturnFrameEmitter {

  /**
   * Loads the count, and this place.
   *
   * @param returned whether that is the place of a return, in the hook
   */
  void load(boolean returned);

  /** Stores the count. */
  void store();

  /**
   * Looks at the count.
   *
   * @param none where to go if it is 0
   */
  void jumpIfNone(Label none);

  /**
   * Looks at the count.
   *
   * @param full where to go unless another frame has room
   */
  void jumpIfFull(Label full);

  /** The frame becomes the last one of as many as the count says, which is not 0. */
  void last();

  /** The count falls by one. */
  void drop();

  /**
   * Compares the frame's place with this one.
   *
   * @param awaited where to go unless it is lower
   */
  void jumpUnlessLeft(Label awaited);

  /**
   * Compares the frame's place with this one.
   *
   * @param other where to go unless they are the same
   */
  void jumpIfOther(Label other);

  /**
   * Writes the frame behind those that are counted, and lets the function that was called return to
   * the hook. The count grows by one and is stored. Where the function was called from has to be
   * known still when its {@linkplain EventEmitter#putCall event} is written.
   */
  void put();

  /** Lets the hook go on at the frame's address to return to. */
  void take();
}
