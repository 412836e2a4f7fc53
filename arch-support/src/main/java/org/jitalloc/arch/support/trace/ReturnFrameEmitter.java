package org.jitalloc.arch.support.trace;

import org.jitalloc.arch.support.asm.Label;

/**
 * Emits changes of the stack of frames, one for each return that is awaited. A frame's
 * <em>place</em> (STACK) is the same number when its function is entered and when it returns, and
 * the lower the later the function was called: an address on the stack. It is positive, and stored
 * with its highest bit set in a frame that stands <em>apart</em>: above frames of another stack.
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

  /** The count grows by one. */
  void keep();

  /**
   * Compares the frame's place with this one, as numbers with a sign.
   *
   * @param higher where to go if it is higher
   * @param same where to go if they are the same
   */
  void jumpUnlessLower(Label higher, Label same);

  /**
   * Looks at the address that the function returns to.
   *
   * @param hooked where to go if the code there begins with the mark of a hook
   */
  void jumpIfHooked(Label hooked);

  /** The count becomes the slot's FRAMES. */
  void all();

  /**
   * Compares the count with the slot's FRAMES.
   *
   * @param all where to go if they are the same
   */
  void jumpIfAll(Label all);

  /**
   * Compares the count with the slot's FRAMES.
   *
   * @param last where to go if it is one less
   */
  void jumpIfLast(Label last);

  /**
   * Exchanges the frame with the one behind it, which becomes the frame; the count grows by one.
   */
  void swap();

  /**
   * Compares the frame's place with this one; the place of a frame that stands apart is another.
   *
   * @param other where to go unless they are the same
   */
  void jumpIfOther(Label other);

  /**
   * Writes the frame behind those that are counted, and lets the function that was called return to
   * the hook. The count grows by one and is stored. Where the function was called from has to be
   * known still when its {@linkplain EventEmitter#putCall event} is written.
   *
   * @param apart whether the frame before it is of another stack
   */
  void put(boolean apart);

  /** Lets the hook go on at the frame's address to return to. */
  void take();
}
