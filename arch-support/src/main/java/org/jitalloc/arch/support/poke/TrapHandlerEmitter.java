package org.jitalloc.arch.support.poke;

import org.jitalloc.arch.support.asm.Label;

/**
 * The machine instructions of a trap handler. The arguments of the handler stay in their registers
 * until it returns or passes the signal on. An architecture chooses registers for the trapping
 * address, the table, its generation, the two ends of a search, the middle and the record.
 */
public interface TrapHandlerEmitter {

  /** Saves what has to be saved. */
  default void begin() {}

  /**
   * Finds the trapping address.
   *
   * @param chain where to go on if the signal is no trap of a site, or its address is not in text
   *     that can hold sites
   */
  void takeOwn(Label chain);

  /**
   * Loads the address of the table and its generation.
   *
   * @param resume where to go on if the table is being changed
   */
  void loadGeneration(Label resume);

  /** Sets the ends of the search: to 0 and to the number of records. */
  void startSearch();

  /**
   * Ends an empty search.
   *
   * @param missing where to go on if the low end is not below the high end
   */
  void jumpIfEmpty(Label missing);

  /** Finds the middle between the ends and the address of its record. */
  void findMiddle();

  /**
   * Compares the trapping address with that of the record in the middle; falls through if it is
   * higher.
   *
   * @param found where to go on if they are equal
   * @param lower where to go on if the trapping address is lower
   */
  void compare(Label found, Label lower);

  /** Sets the low end behind the middle. */
  void raiseLow();

  /** Sets the high end to the middle. */
  void lowerHigh();

  /**
   * Loads the generation again, after all that was loaded before.
   *
   * @param resume where to go on if it is another one
   */
  void resumeIfChanged(Label resume);

  /**
   * Looks at the trapping instruction.
   *
   * @param resume where to go on if no trap stands there any more
   */
  void resumeIfGone(Label resume);

  /** Restores what was saved, before the signal is passed on. */
  default void restore() {}

  /** Loads what the record says. */
  void loadRecord();

  /**
   * Counts the thread and does what the record says: changes the context, and returns or falls
   * through.
   *
   * @param resume bound behind this: the thread goes on at the trapping address
   */
  void emulate(Label resume);

  /** Has the thread go on at the trapping address, and returns. */
  void resume();
}
