package org.jitalloc.arch.support.trace;

import org.jitalloc.arch.support.asm.Label;

/**
 * Emits changes of the stack of frames, one for each return that is traced. The <em>place</em>
 * (STACK) of a frame is an address on the stack, which is the same when its function is entered and
 * when it returns, and lower for inner calls. It is positive, and stored with its highest bit set
 * in a frame that stands <em>apart</em>: above frames of another stack.
 */
public interface ReturnFrameEmitter {

  /**
   * Loads the count and the present place.
   *
   * @param returned whether it is the place of a return, in the hook
   */
  void load(boolean returned);

  /** Stores the count. */
  void store();

  /**
   * Tests the count.
   *
   * @param none the target if it is 0
   */
  void jumpIfNone(Label none);

  /**
   * Compares the count with the capacity.
   *
   * @param full the target if no further frame fits
   */
  void jumpIfFull(Label full);

  /** Selects the last of the counted frames; the count is not 0. */
  void last();

  /** Decrements the count. */
  void drop();

  /** Increments the count. */
  void keep();

  /**
   * Compares the place of the frame with the present one, signed.
   *
   * @param higher the target if it is higher
   * @param same the target if they are equal
   */
  void jumpUnlessLower(Label higher, Label same);

  /**
   * Tests the return address of the function.
   *
   * @param hooked the target if the code there begins with the mark of a hook
   */
  void jumpIfHooked(Label hooked);

  /** Loads the count with FRAMES of the slot. */
  void all();

  /**
   * Compares the count with FRAMES of the slot.
   *
   * @param all the target if they are equal
   */
  void jumpIfAll(Label all);

  /**
   * Compares the count with FRAMES of the slot.
   *
   * @param last the target if it is one less
   */
  void jumpIfLast(Label last);

  /** Exchanges the frame with the next one, which becomes the frame, and increments the count. */
  void swap();

  /**
   * Compares the place of the frame with the present one; they differ for a frame that stands
   * apart.
   *
   * @param other the target if they differ
   */
  void jumpIfOther(Label other);

  /**
   * Writes a frame after the counted ones, and replaces the return address of the called function
   * by the hook. Increments and stores the count. The original return address has to be available
   * when the {@linkplain EventEmitter#putCall event} is written.
   *
   * @param apart whether the frame before it is of another stack
   */
  void put(boolean apart);

  /** Sets the address at which the hook continues to the return address of the frame. */
  void take();
}
