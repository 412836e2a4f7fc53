package org.jitalloc.console.command;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.jitalloc.test.support.RandomValues;
import org.jitalloc.test.support.Seeded;
import org.junit.jupiter.api.Test;

final class HexTest {

  @Seeded
  void parse_isTheInverseOfFormatting(RandomValues values) {
    byte[] bytes = values.bytes(0, 255);
    var format = HexFormat.ofDelimiter(" ");
    String text = (values.anyBoolean() ? format.withUpperCase() : format).formatHex(bytes);
    assertArrayEquals(bytes, Hex.parse(text, "text"));
    assertArrayEquals(bytes, Hex.parse(text.replace(" ", ""), "text"));
    assertTrue(Hex.isText(text.getBytes(StandardCharsets.US_ASCII)));
  }

  @Test
  void parse_blanksMaySplitADigitPair() {
    assertArrayEquals(new byte[] {0x12, 0x34}, Hex.parse(" 1\t2\n3 4 ", "text"));
  }

  @Test
  void parse_otherCharacter_isNamedWithItsPlace() {
    assertEquals(
        "memory: 'g' at position 4 is no hexadecimal digit",
        assertThrows(CommandException.class, () -> Hex.parse("00 1g", "memory")).getMessage());
    // Digits elsewhere in the world.
    assertThrows(CommandException.class, () -> Hex.parse("\u0661\u0662", "memory"));
  }

  @Test
  void parse_halfAByte_isRefused() {
    for (String text : new String[] {"1", "123", "12 3"}) {
      assertThrows(CommandException.class, () -> Hex.parse(text, "memory"), text);
    }
  }

  @Test
  void isText_instructions_areNot() {
    assertFalse(Hex.isText(HexFormat.of().parseHex("9500000000000000")));
  }
}
