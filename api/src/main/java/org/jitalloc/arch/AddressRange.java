package org.jitalloc.arch;

/**
 * Addresses in which memory may be placed: half-open {@code [start, end)}, unsigned. (The kernel's
 * headers call {@code end} inclusive and its code treats it as exclusive; here it is exclusive.)
 *
 * @param start the lowest address
 * @param end the first address behind the range, above {@code start}
 */
public record AddressRange(long start, long end) {

  /**
   * Makes a range.
   *
   * @throws IllegalArgumentException if it is empty
   */
  public AddressRange {
    if (Long.compareUnsigned(start, end) >= 0) {
      throw new IllegalArgumentException("empty range [0x%x,0x%x)".formatted(start, end));
    }
  }

  /** {@return the length in bytes, unsigned} */
  public long bytes() {
    return end - start;
  }

  /**
   * Tells whether an address lies in this range.
   *
   * @param address the address
   * @return whether {@code start <= address < end}, unsigned
   */
  public boolean contains(long address) {
    return Long.compareUnsigned(address - start, bytes()) < 0;
  }

  @Override
  public String toString() {
    return "[0x%x,0x%x)".formatted(start, end);
  }
}
