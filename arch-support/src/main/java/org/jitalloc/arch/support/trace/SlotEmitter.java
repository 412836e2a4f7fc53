package org.jitalloc.arch.support.trace;

import org.jitalloc.arch.support.asm.Label;

/** Emits the search for the slot of the running thread, and changes of its words. */
public interface SlotEmitter {

  /** Loads the number of the thread and the address of the first slot. */
  void loadNumber();

  /** Selects the first slot that may belong to the thread. Preserves the number. */
  void first();

  /**
   * Compares KEY of the slot with the number.
   *
   * @param mine the target if they are equal
   */
  void jumpIfMine(Label mine);

  /**
   * Compares KEY of the slot with the number.
   *
   * @param other the target if they differ
   */
  void jumpIfOther(Label other);

  /** Loads the count with the number of slots that a thread tries. */
  void loadProbes();

  /**
   * Selects the next slot, after the last one the first, and decrements the count.
   *
   * @param again the target if the count is not 0
   */
  void next(Label again);

  /**
   * Acquires the slot by a compare-and-swap of KEY from 0 to the number. If it fails, preserves the
   * number, the count and the slot.
   *
   * @param taken the target if the slot belongs to the thread now
   */
  void take(Label taken);

  /** Increments UNPLACED of the header atomically. */
  void countUnplaced();

  /**
   * Increments a word of the slot.
   *
   * @param word its offset
   */
  void count(int word);

  /**
   * Tests BUSY of the slot.
   *
   * @param busy the target if it is not 0
   */
  void jumpIfBusy(Label busy);

  /**
   * Stores BUSY of the slot.
   *
   * @param is whether it becomes the stack pointer, or 0
   */
  void busy(boolean is);
}
