package org.jitalloc.arch.support.trace;

import org.jitalloc.arch.support.asm.Label;

/** Emits the search for the slot of the running thread, and changes of its words. */
public interface SlotEmitter {

  /** Loads the thread's number and where the first slot is. */
  void loadNumber();

  /** The slot becomes the first one that may be the thread's. Keeps the number. */
  void first();

  /**
   * Compares the slot's KEY with the number.
   *
   * @param mine where to go if they are the same
   */
  void jumpIfMine(Label mine);

  /**
   * Compares the slot's KEY with the number.
   *
   * @param other where to go unless they are the same
   */
  void jumpIfOther(Label other);

  /** The count becomes that of the slots in which a thread looks for its own. */
  void loadProbes();

  /**
   * The slot becomes the one behind it, and behind the last one the first; the count falls by one.
   *
   * @param again where to go unless the count is 0
   */
  void next(Label again);

  /**
   * Makes the slot the thread's by an atomic change of KEY from 0 to the number. Keeps the number,
   * the count and which slot it is, unless it goes away.
   *
   * @param taken where to go if it is the thread's now
   */
  void take(Label taken);

  /** Adds one to the header's UNPLACED, among other threads that do. */
  void countUnplaced();

  /**
   * Adds one to a word of the slot.
   *
   * @param word its offset
   */
  void count(int word);

  /**
   * Looks at the slot's BUSY.
   *
   * @param busy where to go unless it is 0
   */
  void jumpIfBusy(Label busy);

  /**
   * Stores the slot's BUSY.
   *
   * @param is whether it becomes the stack pointer, or 0
   */
  void busy(boolean is);
}
