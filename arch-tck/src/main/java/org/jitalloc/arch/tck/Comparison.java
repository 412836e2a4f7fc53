package org.jitalloc.arch.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.jitalloc.arch.tck.tool.Toolchain;

/** Instructions as text with their encodings, which are assembled all at once. */
final class Comparison implements EncoderTck.Encodings {
  /** Each case has a slot, so that one that is too long does not move the others. */
  private static final int SLOT_BYTES = 32;

  private static final byte GAP = 0x07;

  private final List<Encoding> all = new ArrayList<>();

  private record Encoding(String text, byte[] bytes) {}

  @Override
  public void add(String text, byte[] bytes) {
    all.add(new Encoding(text, bytes));
  }

  int size() {
    return all.size();
  }

  /** Fails at the first difference from the assembler. */
  void check(Toolchain toolchain, long seed) {
    var text = new StringBuilder();
    for (var e : all) {
      text.append(e.text).append("\n.balign %d, %d\n".formatted(SLOT_BYTES, GAP));
    }
    byte[] expected = toolchain.assemble(text.toString());
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
