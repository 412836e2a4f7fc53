package org.jitalloc.arch.elf;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * The addresses and bytes of the parts of an object. A part is a section, by its index, or a table
 * of a {@link SlotPlan}, by the number of sections plus its index in the plan. For one thread.
 */
@ConsumerType
public interface PlacedObject {

  /**
   * Returns the array that contains a part.
   *
   * @param part the part
   * @return the array, which is changed in place and contains other parts as well
   */
  byte[] bytes(int part);

  /**
   * Returns the offset of a part in {@link #bytes}.
   *
   * @param part the part
   * @return the index of its first byte
   */
  int offset(int part);

  /**
   * Returns the size of a part.
   *
   * @param part the part
   * @return its size in bytes
   */
  int length(int part);

  /**
   * Returns the address of a part.
   *
   * @param part the part
   * @return the address of its first byte
   */
  long address(int part);

  /** {@return the addresses of all symbols, by index; not to be modified} */
  long[] symbolAddresses();

  /**
   * Tests whether a symbol has an address. Called only for symbols whose address in {@link
   * #symbolAddresses} is 0.
   *
   * @param symbol the index of the symbol
   * @return whether its address is 0; false if it has none
   */
  boolean hasAddress(int symbol);
}
