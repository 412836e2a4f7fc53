package org.jitalloc.arch.trace;

import java.util.Objects;

/**
 * A function of a text.
 *
 * @param name its name
 * @param offset where it begins, in bytes from the start of the text's memory
 * @param bytes how long it is
 */
public record TextFunction(String name, long offset, int bytes) {

  /**
   * Makes it.
   *
   * @throws IllegalArgumentException if it begins before the memory, or is shorter than nothing
   */
  public TextFunction {
    Objects.requireNonNull(name, "name");
    if (offset < 0 || bytes < 0) {
      throw new IllegalArgumentException(
          "no function: name=%s offset=%d bytes=%d".formatted(name, offset, bytes));
    }
  }

  /** {@return where it ends, in bytes from the start of the text's memory} */
  public long end() {
    return offset + bytes;
  }

  /**
   * Tells whether a byte is in it.
   *
   * @param at where the byte is, in bytes from the start of the text's memory
   * @return whether it is
   */
  public boolean contains(long at) {
    return at >= offset && at < end();
  }
}
