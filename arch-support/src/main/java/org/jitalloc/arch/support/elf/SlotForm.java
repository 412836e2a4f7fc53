package org.jitalloc.arch.support.elf;

/** What the slots of an architecture look like, and which relocations use them. */
public interface SlotForm {

  /**
   * Tells whether a relocation is about the table of addresses.
   *
   * @param type the number of its type
   * @return whether there has to be one
   */
  boolean usesGot(int type);

  /**
   * Tells whether a relocation is about a slot that holds an address.
   *
   * @param type the number of its type, which uses the table
   * @return whether its symbol has a slot
   */
  boolean usesGotSlot(int type);

  /**
   * Tells whether a relocation may be about a slot that branches on.
   *
   * @param type the number of its type
   * @return whether its symbol has a slot
   */
  boolean usesPltSlot(int type);

  /**
   * Writes an address, 8 bytes.
   *
   * @param bytes where to
   * @param at the index of the first
   * @param target the address
   */
  void putAddress(byte[] bytes, int at, long target);

  /** {@return the length of a slot that branches on} */
  int branchBytes();

  /** {@return what the address of the first of them is a multiple of} */
  int branchAlignBytes();

  /**
   * Writes a slot that branches on.
   *
   * @param bytes where to
   * @param at the index of the first
   * @param endDistance how many bytes from the slot's start to what stands behind all slots
   * @param target the address to branch to
   */
  void putBranch(byte[] bytes, int at, int endDistance, long target);

  /** {@return the length of what stands behind the slots that branch on} */
  default int endBytes() {
    return 0;
  }

  /**
   * Writes what stands behind the slots that branch on.
   *
   * @param bytes where to
   * @param at the index of the first
   */
  default void putEnd(byte[] bytes, int at) {}
}
