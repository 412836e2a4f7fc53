package org.jitalloc.modules.parameters;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import org.jitalloc.test.support.RandomValues;
import org.jitalloc.test.support.Seeded;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ParametersTest {
  private static final String LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

  @Test
  void arguments_areDividedByBlanksOutsideOfQuotes() {
    assertEquals(
        new ParameterArguments(
            List.of(
                new Argument("quiet", null),
                new Argument("mode", "a b"),
                new Argument("whole", "c d"),
                new Argument("empty", ""),
                new Argument("mid", "x\"y z\"")),
            "init=/bin/sh  -x"),
        ParameterArguments.parse(
            " quiet\tmode=\"a b\" \"whole=c d\"\n empty= mid=x\"y z\" --  init=/bin/sh  -x"));
    assertEquals(new ParameterArguments(List.of(), ""), ParameterArguments.parse("  "));
    assertEquals(
        List.of(new Argument("open", "a b ")), ParameterArguments.parse("open=\"a b ").words());
    assertEquals(List.of(new Argument("=x", null)), ParameterArguments.parse("=x").words());
  }

  @Seeded
  void arguments_quotedOrNot_areWhatWasWritten(RandomValues random) {
    List<String> names = random.list(0, 255, () -> random.text(LETTERS, 1, 255));
    List<String> values = random.list(0, 255, () -> random.text(" !" + LETTERS, 0, 255));
    var line = new StringBuilder();
    for (int i = 0; i < names.size(); i++) {
      String value = values.isEmpty() ? "" : values.get(i % values.size());
      line.append(names.get(i)).append("=\"").append(value).append("\" ");
    }
    List<Argument> words = ParameterArguments.parse(line.toString()).words();
    assertEquals(names, words.stream().map(Argument::name).toList());
    for (int i = 0; i < words.size(); i++) {
      assertEquals(values.isEmpty() ? "" : values.get(i % values.size()), words.get(i).value());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "int, -2147483648, -2147483648",
    "int, 0x10, 16",
    "int, -0x10, -16",
    "int, 010, 8",
    "int, +7, 7",
    "int, 0, 0",
    "byte, 255, 255",
    "ushort, 65535, 65535",
    "short, -32768, -32768",
    "ulong, 18446744073709551615, 18446744073709551615",
    "hexint, 255, 0x0000ff",
    "bool, yes, Y",
    "bool, ON, Y",
    "bool, off, N",
    "invbool, 0, N",
    "bint, T, 1",
    "charp, a=b, a=b"
  })
  void values_areShownAsTheKernelShowsThem(String type, String text, String shown) {
    ParameterType found = ParameterType.named(type).orElseThrow();
    assertEquals(shown, found.parse(text).shown(found));
  }

  @ParameterizedTest
  @CsvSource({
    "int, 2147483648, 34",
    "byte, 256, 34",
    "short, -32769, 34",
    "ulong, 18446744073709551616, 34",
    "uint, -1, 22",
    "int, 08, 22",
    "int, 0x, 22",
    "int, 1x, 22",
    "int, '', 22",
    "int, '-', 22",
    "bool, o, 22",
    "bool, maybe, 22",
    "bool, 2, 22"
  })
  void values_thatAreNone_areRefused(String type, String text, int errno) {
    ParameterValue value = ParameterType.named(type).orElseThrow().parse(text);
    assertEquals(
        errno,
        value instanceof ParameterValue.Refused(String _, int number) ? number : 0,
        value::toString);
  }

  @Seeded
  void numbers_areWithinTheirTypes(RandomValues values) {
    ParameterType type = values.oneOf(ParameterType.values());
    BigInteger number = values.bigInteger(70);
    if (List.of("BYTE", "SHORT", "INT", "LONG").contains(type.name())) {
      int bits = Map.of("BYTE", 8, "SHORT", 16, "INT", 32, "LONG", 64).get(type.name());
      boolean fits =
          type == ParameterType.BYTE
              ? number.signum() >= 0 && number.bitLength() <= bits
              : number.bitLength() < bits;
      assertEquals(fits, type.parse(number.toString()) instanceof ParameterValue.Number);
    }
  }

  @Test
  void text_ofMoreThan1024Bytes_isRefused() {
    assertInstanceOf(ParameterValue.Text.class, ParameterType.CHARP.parse("x".repeat(1024)));
    ParameterValue refused = ParameterType.CHARP.parse("\u00e4".repeat(513));
    assertEquals(ParameterValue.ENOSPC, ((ParameterValue.Refused) refused).errno());
  }

  @Test
  void values_mayBeLacking_forFlagsOnly() {
    for (ParameterType type : ParameterType.values()) {
      boolean isFlag = type == ParameterType.BOOL || type == ParameterType.BINT;
      assertEquals(isFlag, type.parse(null) instanceof ParameterValue.Flag, type.name());
    }
  }

  @Test
  void arrays_haveElementsOfOneType() {
    assertTrue(ParameterType.isArray("array of int"));
    ParameterType type = ParameterType.named("array of int").orElseThrow();
    assertEquals("1,-2,3", type.parseArray("1,-2,0x3", 3).shown(type));
    assertEquals("has 3 elements and may have 2", type.parseArray("1,2,3", 2).shown(type));
    assertEquals("'' is no number", type.parseArray("1,,3", 9).shown(type));
  }
}
