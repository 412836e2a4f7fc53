package org.jitalloc.console.vectors;

/**
 * A program and what must become of it.
 *
 * @param name what people call it
 * @param program its instructions
 * @param memory what r1 points to
 * @param expected what must become of it
 */
public record TestVector(String name, byte[] program, byte[] memory, Expected expected) {

  /** What must become of a program. */
  public sealed interface Expected {}

  /**
   * It runs and returns a value.
   *
   * @param r0 the value
   */
  public record Returns(long r0) implements Expected {}

  /** It is refused before it runs. */
  public record Refused() implements Expected {}
}
