package org.jitalloc.arch.support.poke;

import org.jitalloc.arch.support.asm.Label;

/**
 * Emits the machine instructions of a trap handler. The arguments of the handler stay in their
 * registers until it returns or passes the signal on. An architecture chooses registers for the
 * trapping address, the table, its generation, the two ends of a search, the middle and the record.
 */
public interface TrapHandlerEmitter {

  /** Saves registers. */
  default void begin() {}

  /**
   * Loads the trapping address.
   *
   * @param chain the target if the signal is no trap of a site, or its address is not in text with
   *     sites
   */
  void takeOwn(Label chain);

  /**
   * Loads the address of the active table and its generation, and compares the address of the
   * active table again: a switch of tables may come between the two loads.
   *
   * @param resume the target if the table is being changed, or is not active any more
   */
  void loadGeneration(Label resume);

  /** Sets the ends of the search: to 0 and to the number of records. */
  void startSearch();

  /**
   * Ends an empty search.
   *
   * @param missing the target if the low end is not below the high end
   */
  void jumpIfEmpty(Label missing);

  /** Finds the middle between the ends and the address of its record. */
  void findMiddle();

  /**
   * Compares the trapping address with that of the record in the middle; falls through if it is
   * higher.
   *
   * @param found the target if they are equal
   * @param lower the target if the trapping address is lower
   */
  void compare(Label found, Label lower);

  /** Sets the low end after the middle. */
  void raiseLow();

  /** Sets the high end to the middle. */
  void lowerHigh();

  /**
   * Loads the generation again, after all that was loaded before.
   *
   * @param resume the target if it has changed
   */
  void resumeIfChanged(Label resume);

  /**
   * Tests the trapping instruction.
   *
   * @param resume the target if it is no trap any more
   */
  void resumeIfGone(Label resume);

  /** Restores the saved registers, before the signal is passed on. */
  default void restore() {}

  /** Loads the content of the record. */
  void loadRecord();

  /**
   * Increments the counter and emulates the instruction of the record: changes the context, and
   * returns or falls through.
   *
   * @param resume bound after this: the thread resumes at the trapping address
   */
  void emulate(Label resume);

  /** Lets the thread resume at the trapping address, and returns. */
  void resume();
}
