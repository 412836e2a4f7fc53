package org.jitalloc.arch.support.elf;

/** The encoding of the slots of an architecture, and the relocations that use them. */
public interface SlotForm {

  /**
   * Tests whether a relocation needs the table of addresses (GOT).
   *
   * @param type the number of its type
   * @return whether it does
   */
  boolean usesGot(int type);

  /**
   * Tests whether a relocation needs a slot with an address.
   *
   * @param type the number of its type, which uses the table
   * @return whether its symbol has a slot
   */
  boolean usesGotSlot(int type);

  /**
   * Tests whether a relocation may need a slot with a branch (PLT).
   *
   * @param type the number of its type
   * @return whether its symbol has a slot
   */
  boolean usesPltSlot(int type);

  /**
   * Writes an address of 8 bytes.
   *
   * @param bytes the array
   * @param at the index of the first byte
   * @param target the address
   */
  void putAddress(byte[] bytes, int at, long target);

  /** {@return the length of a slot with a branch in bytes} */
  int branchBytes();

  /** {@return the alignment of the first of them in bytes} */
  int branchAlignBytes();

  /**
   * Writes a slot with a branch.
   *
   * @param bytes the array
   * @param at the index of the first byte
   * @param endDistance the distance from the start of the slot to the end of all slots in bytes
   * @param target the target of the branch
   */
  void putBranch(byte[] bytes, int at, int endDistance, long target);

  /** {@return the length of the code after the slots with branches in bytes} */
  default int endBytes() {
    return 0;
  }

  /**
   * Writes the code after the slots with branches.
   *
   * @param bytes the array
   * @param at the index of the first byte
   */
  default void putEnd(byte[] bytes, int at) {}
}
