package org.jitalloc.support;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.regex.Pattern;
import org.jitalloc.test.support.RandomValues;
import org.jitalloc.test.support.Seeded;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GlobPatternTest {

  @ParameterizedTest
  @CsvSource({
    "pci:v00008086d*sv*, pci:v00008086d0000100Esv1, true",
    "pci:v00008086d*sv*, pci:v00008086d0000100E, false",
    "usb:v04[0-9A-F]2p*, usb:v04E2p1, true",
    "usb:v04[!0-9]2p*, usb:v0422p1, false",
    "'', '', true",
    "*, '', true",
    "?, '', false",
    "a\\*, a*, true",
    "a\\*, ab, false",
    "[a, [a, true",
    "[]a], ], true"
  })
  void patterns_fit(String pattern, String text, boolean fits) {
    assertEquals(fits, new GlobPattern(pattern).fits(text));
  }

  @Seeded(tries = 3000)
  void patterns_fitAsRegularExpressionsDo(RandomValues values) {
    String pattern = values.text("ab*?", 0, 10);
    String text = values.text("ab", 0, 12);
    Pattern regex = Pattern.compile(pattern.replace("*", ".*").replace("?", "."));
    assertEquals(regex.matcher(text).matches(), new GlobPattern(pattern).fits(text));
  }

  @Test
  void manyStars_takeNoTime() {
    String pattern = "a*".repeat(2000) + "b";
    assertEquals(false, new GlobPattern(pattern).fits("a".repeat(20_000)));
  }
}
