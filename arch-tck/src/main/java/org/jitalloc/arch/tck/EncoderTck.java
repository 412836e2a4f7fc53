package org.jitalloc.arch.tck;

import java.util.Random;
import org.jitalloc.arch.tck.tool.Toolchain;
import org.junit.jupiter.api.Test;

/** The encodings of an architecture equal those of its assembler, byte by byte. */
public abstract class EncoderTck {
  private static final int LEAST_INSTRUCTIONS = 10_000;

  private final long seed = new Random().nextLong();

  /** For subclasses. */
  protected EncoderTck() {}

  /** {@return the reference assembler} */
  protected abstract Toolchain toolchain();

  /**
   * Encodes a round of instructions: each instruction with random operands.
   *
   * @param random the source of operands
   * @param encodings receives the encodings
   */
  protected abstract void encode(Random random, Encodings encodings);

  /** Receives instructions with their text. */
  public interface Encodings {
    /**
     * Receives an encoding.
     *
     * @param text the source for the assembler, a line for each instruction
     * @param bytes the encoding, 32 bytes at most
     */
    void add(String text, byte[] bytes);
  }

  @Test
  final void everyInstruction_randomOperands_sameBytesAsTheAssembler() {
    var random = new Random(seed);
    var all = new Comparison();
    int before = -1;
    while (all.size() < LEAST_INSTRUCTIONS && all.size() > before) {
      before = all.size();
      encode(random, all);
    }
    if (all.size() == before) {
      throw new AssertionError("a round without instructions");
    }
    all.check(toolchain(), seed);
  }
}
