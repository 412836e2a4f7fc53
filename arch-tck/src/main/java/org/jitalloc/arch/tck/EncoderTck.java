package org.jitalloc.arch.tck;

import java.util.Random;
import org.jitalloc.arch.tck.tool.Toolchain;
import org.junit.jupiter.api.Test;

/** Whatever an architecture encodes is, byte by byte, what its assembler makes of the same. */
public abstract class EncoderTck {
  private static final int LEAST_INSTRUCTIONS = 10_000;

  private final long seed = new Random().nextLong();

  /** For extension. */
  protected EncoderTck() {}

  /** {@return the assembler to compare with} */
  protected abstract Toolchain toolchain();

  /**
   * Encodes a round of instructions: each that there is, with random operands.
   *
   * @param random where operands are drawn from
   * @param encodings where they go
   */
  protected abstract void encode(Random random, Encodings encodings);

  /** Takes instructions with their text. */
  public interface Encodings {
    /**
     * Takes one.
     *
     * @param text what it is, for the assembler; more than one line if it is more than one
     *     instruction
     * @param bytes what it was encoded to, 32 at most
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
