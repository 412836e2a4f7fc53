package org.jitalloc.arch.elf;

import org.osgi.annotation.versioning.ConsumerType;

/** Applies the relocations of one object. For one thread. */
@ConsumerType
public interface Relocator {

  /**
   * Applies a relocation table: changes the bytes of its section, and fills the slots that it
   * needs. Relocations with the same symbol and addend share a slot, and core code must not use a
   * slot that is freed after initialisation; so call this for the tables of core sections first.
   *
   * @param table the index of the table
   * @throws RelocationException if an entry cannot be applied; the entries before it are applied
   */
  void relocate(int table) throws RelocationException;

  /** Fills the parts of the tables that do not depend on relocations. Call it after all tables. */
  void finish();

  /**
   * Passes each filled slot to a visitor.
   *
   * @param visitor the visitor
   */
  void forEachSlot(SlotVisitor visitor);

  /** Visits slots. */
  interface SlotVisitor {
    /**
     * Visits a slot with an address.
     *
     * @param symbol the index of its symbol
     * @param addend its addend
     * @param address the address of the slot
     */
    void got(int symbol, long addend, long address);

    /**
     * Visits a slot with a branch.
     *
     * @param symbol the index of its symbol
     * @param addend its addend
     * @param address the address of the slot
     */
    void plt(int symbol, long addend, long address);
  }
}
