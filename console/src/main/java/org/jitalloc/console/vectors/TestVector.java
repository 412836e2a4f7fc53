package org.jitalloc.console.vectors;

/**
 * A program with its expected result.
 *
 * @param name its name, for people
 * @param program its instructions
 * @param memory the memory that r1 points to
 * @param expected the expected result
 */
public record TestVector(String name, byte[] program, byte[] memory, Expected expected) {

  /** The expected result of a program. */
  public sealed interface Expected {}

  /**
   * The program returns a value.
   *
   * @param r0 the value
   */
  public record Returns(long r0) implements Expected {}

  /** The program is refused when it is loaded. */
  public record Refused() implements Expected {}
}
