package org.jitalloc.text;

import java.util.Objects;

/**
 * A function of a text: the half-open range {@code [offset, offset + bytes)}.
 *
 * @param name its name
 * @param offset the offset of its first byte from the start of the memory of the text, in bytes
 * @param bytes its length in bytes
 */
public record TextFunction(String name, long offset, int bytes) {

  /**
   * Checks the range.
   *
   * @throws IllegalArgumentException if the offset or the length is negative
   */
  public TextFunction {
    Objects.requireNonNull(name, "name");
    if (offset < 0 || bytes < 0) {
      throw new IllegalArgumentException(
          "not a function: name=%s offset=%d bytes=%d".formatted(name, offset, bytes));
    }
  }

  /**
   * {@return the offset after its last byte, from the start of the memory of the text, in bytes}
   */
  public long end() {
    return offset + bytes;
  }

  /**
   * Tests whether a byte belongs to the function.
   *
   * @param at the offset of the byte from the start of the memory of the text, in bytes
   * @return whether it does
   */
  public boolean contains(long at) {
    return at >= offset && at < end();
  }
}
