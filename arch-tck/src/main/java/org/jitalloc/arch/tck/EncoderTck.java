package org.jitalloc.arch.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.jitalloc.arch.tck.tool.Toolchain;
import org.junit.jupiter.api.Test;

/** Whatever an architecture encodes is, byte by byte, what its assembler makes of the same. */
public abstract class EncoderTck {
  private static final int LEAST_INSTRUCTIONS = 10_000;

  /** Each case has its own slot, so that one that is too long moves no other. */
  private static final int SLOT_BYTES = 32;

  private static final byte GAP = 0x07;

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

  private record Encoding(String text, byte[] bytes) {}

  @Test
  final void everyInstruction_randomOperands_sameBytesAsTheAssembler() {
    var random = new Random(seed);
    List<Encoding> all = new ArrayList<>();
    int before = -1;
    while (all.size() < LEAST_INSTRUCTIONS && all.size() > before) {
      before = all.size();
      encode(random, (text, bytes) -> all.add(new Encoding(text, bytes)));
    }
    if (all.size() == before) throw new AssertionError("a round without instructions");
    var text = new StringBuilder();
    for (var e : all) {
      text.append(e.text).append("\n.balign %d, %d\n".formatted(SLOT_BYTES, GAP));
    }
    byte[] expected = toolchain().assemble(text.toString());
    assertEquals(all.size() * SLOT_BYTES, expected.length, "an encoding is longer than its slot");
    for (int i = 0; i < all.size(); i++) {
      var e = all.get(i);
      var slot = Arrays.copyOf(e.bytes, SLOT_BYTES);
      Arrays.fill(slot, e.bytes.length, SLOT_BYTES, GAP);
      var wanted = Arrays.copyOfRange(expected, i * SLOT_BYTES, (i + 1) * SLOT_BYTES);
      assertEquals(hex(wanted), hex(slot), () -> e.text + ", seed " + seed);
    }
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
