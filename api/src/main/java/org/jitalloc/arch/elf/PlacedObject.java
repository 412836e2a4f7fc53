package org.jitalloc.arch.elf;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Where the parts of an object are going to be, and the bytes that are going to be there. A part is
 * a section, by its index, or a table of a {@link SlotPlan}, by its number in the plan added to the
 * count of sections.
 */
@ConsumerType
public interface PlacedObject {

  /**
   * Gives the bytes that hold a part.
   *
   * @param part the part
   * @return the bytes, to be changed in place; other parts are among them
   */
  byte[] bytes(int part);

  /**
   * Tells where among {@link #bytes} a part starts.
   *
   * @param part the part
   * @return the index of its first byte
   */
  int offset(int part);

  /**
   * Gives a part's size.
   *
   * @param part the part
   * @return its size in bytes
   */
  int length(int part);

  /**
   * Gives a part's address.
   *
   * @param part the part
   * @return the address of its first byte
   */
  long address(int part);

  /** {@return the addresses of all symbols, by index; not a copy, not to be changed} */
  long[] symbolAddresses();

  /**
   * Tells whether a symbol has an address. Asked only for those whose address is 0.
   *
   * @param symbol the symbol's index
   * @return whether 0 is its address, rather than a sign that it has none
   */
  boolean hasAddress(int symbol);
}
