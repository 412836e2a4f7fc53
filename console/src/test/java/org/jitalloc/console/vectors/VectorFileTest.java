package org.jitalloc.console.vectors;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jitalloc.console.command.CommandException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class VectorFileTest {

  private static List<TestVector> parse(String text) {
    return VectorFile.parse("f", text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void parse_bothKinds_otherFieldsAndEmptyLinesLeftAlone() {
    var vectors =
        parse(
            """
            {"name": "a", "prog": "95 00", "mem": "0102", "expect": "r0", "r0": "ffffffffffffffff"}

            {"name": "b", "prog": "95", "expect": "reject_at_load", "r0": "", "groups": ["base32"]}
            """);
    assertEquals(2, vectors.size());
    assertEquals("a", vectors.get(0).name());
    assertArrayEquals(new byte[] {(byte) 0x95, 0}, vectors.get(0).program());
    assertArrayEquals(new byte[] {1, 2}, vectors.get(0).memory());
    assertEquals(new TestVector.Returns(-1), vectors.get(0).expected());
    assertEquals(new TestVector.Refused(), vectors.get(1).expected());
    assertEquals(0, vectors.get(1).memory().length);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[1]|f:2: not a JSON object",
        "{\"prog\":\"95\"|f:2: not a JSON object",
        "{\"expect\":\"r0\",\"r0\":\"0\"}|f:2: there is no text field prog",
        "{\"prog\":\"95\",\"expect\":\"r0\"}|f:2: there is no text field r0",
        "{\"prog\":\"95\",\"expect\":\"r0\",\"r0\":\"x\"}|f:2: r0 is x",
        "{\"prog\":\"95\",\"expect\":\"luck\"}|f:2: expect is luck",
        "{\"prog\":\"9\",\"expect\":\"reject_at_load\"}|f:2: prog: 1 hexadecimal digits",
      })
  void parse_brokenLine_isNamed(String line, String message) {
    String good = "{\"prog\":\"95\",\"expect\":\"reject_at_load\"}\n";
    var thrown = assertThrows(CommandException.class, () -> parse(good + line));
    assertTrue(String.valueOf(thrown.getMessage()).startsWith(message), thrown.getMessage());
  }

  @Test
  void parse_deeplyNestedLine_isNamed() {
    String deep = "{\"prog\":" + "[".repeat(50_000);
    var thrown = assertThrows(CommandException.class, () -> parse(deep));
    assertEquals("f:1: not a JSON object with at most 100 levels of nesting", thrown.getMessage());
    String brackets = "\"name\":\"\\\"" + "[".repeat(200) + "\"";
    assertEquals(
        1, parse("{\"prog\":\"95\",\"expect\":\"reject_at_load\"," + brackets + "}").size());
  }

  @Test
  void parse_noVectors_isNoSuccess() {
    assertEquals(
        "f holds no vectors", assertThrows(CommandException.class, () -> parse("\n")).getMessage());
  }
}
