package org.jitalloc.arch;

/**
 * The half-open range of addresses {@code [start, end)} in which memory may be placed. Addresses
 * compare unsigned. (The documentation of {@code struct execmem_range} calls {@code end} inclusive,
 * but the kernel's code treats it as exclusive.)
 *
 * @param start the lowest address
 * @param end the first address after the range, greater than {@code start}
 */
public record AddressRange(long start, long end) {

  /**
   * Creates a range.
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
   * Tests whether an address is in this range.
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
