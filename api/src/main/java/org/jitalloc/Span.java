package org.jitalloc;

/**
 * A half-open address range {@code [start, start + bytes)}. Addresses compare unsigned.
 *
 * @param start the first address
 * @param bytes the length in bytes, positive; {@code start + bytes} may be 2<sup>64</sup> but not
 *     more
 */
public record Span(long start, long bytes) {

  /**
   * Creates a span.
   *
   * @throws IllegalArgumentException if it is empty or wraps around the end of the address space
   */
  public Span {
    if (bytes <= 0 || Long.compareUnsigned(start, start + bytes - 1) > 0) {
      throw new IllegalArgumentException(
          "empty or wrapping span: start=0x%x bytes=%d".formatted(start, bytes));
    }
  }

  /** {@return the first address after the span; 0 if the span ends with the address space} */
  public long end() {
    return start + bytes;
  }

  /**
   * Tests whether an address is in this span.
   *
   * @param address the address
   * @return whether {@code start <= address < end}, unsigned
   */
  public boolean contains(long address) {
    return Long.compareUnsigned(address - start, bytes) < 0;
  }

  @Override
  public String toString() {
    return "[0x%x,0x%x)".formatted(start, end());
  }
}
