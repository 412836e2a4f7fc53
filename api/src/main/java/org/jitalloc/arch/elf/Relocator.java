package org.jitalloc.arch.elf;

import org.osgi.annotation.versioning.ConsumerType;

/** Applies the relocations of one object. For one thread. */
@ConsumerType
public interface Relocator {

  /**
   * Applies a table of relocations: the bytes of the section it is for are changed, and slots that
   * are needed are filled. A slot is shared by all that need the same one, and code that stays must
   * not depend on one that goes; so tables for sections that stay come before those of init
   * sections.
   *
   * @param table the table's number
   * @throws RelocationException if an entry cannot be applied; those before it are
   */
  void relocate(int table) throws RelocationException;

  /** Fills what is the same whatever was relocated. To be called when all tables are applied. */
  void finish();

  /**
   * Shows the slots.
   *
   * @param visitor is told of each slot that is filled
   */
  void forEachSlot(SlotVisitor visitor);

  /** Is shown slots. */
  interface SlotVisitor {
    /**
     * Is shown a slot that holds an address.
     *
     * @param symbol the index of the symbol that it is for
     * @param addend what is added to the symbol's address
     * @param address where the slot is
     */
    void got(int symbol, long addend, long address);

    /**
     * Is shown a slot that goes on to an address.
     *
     * @param symbol the index of the symbol that it is for
     * @param addend what is added to the symbol's address
     * @param address where the slot is
     */
    void plt(int symbol, long addend, long address);
  }
}
