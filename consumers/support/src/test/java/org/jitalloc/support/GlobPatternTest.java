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
    "[]a], ], true",
    "[!]a], b, true",
    "[!]a], ], false",
    "[!], [!], true",
    "x[, x[, true"
  })
  void pattern_matchesTheWholeText(String pattern, String text, boolean matches) {
    assertEquals(matches, new GlobPattern(pattern).matches(text));
  }

  @ParameterizedTest
  @CsvSource({
    "[^a], b, true, false",
    "[^a], a, false, true",
    "[^a], ^, true, true",
    "[!a], b, true, true",
    "[!a], a, false, false"
  })
  void setThatBeginsWithACaret_isNegatedByFnmatch_notByTheKernel(
      String pattern, String text, boolean fnmatch, boolean kernel) {
    assertEquals(fnmatch, new GlobPattern(pattern).matches(text));
    assertEquals(kernel, GlobPattern.ofKernel(pattern).matches(text));
  }

  @Seeded(tries = 10_000)
  void brackets_matchAsTheRegularExpressionDoes(RandomValues values) {
    String text = values.text("abcd", 0, 5);
    String some = values.text("abcd", 1, 3);
    boolean negated = values.anyBoolean();
    String regex = "[" + (negated ? "^" : "") + some + "].*b";
    String glob = "[" + (negated ? "!" : "") + some + "]*b";
    assertEquals(Pattern.matches(regex, text), new GlobPattern(glob).matches(text));
    assertEquals(Pattern.matches(regex, text), GlobPattern.ofKernel(glob).matches(text));
  }

  @Seeded(tries = 10_000)
  void ranges_matchAsTheRegularExpressionDoes(RandomValues values) {
    String text = values.text("abcd", 0, 3);
    assertEquals(
        Pattern.matches("a?[b-c].?", text),
        new GlobPattern("[b-c]").matches(text)
            || new GlobPattern("a[b-c]").matches(text)
            || new GlobPattern("[b-c]?").matches(text)
            || new GlobPattern("a[b-c]?").matches(text));
  }

  @Seeded(tries = 3000)
  void pattern_matchesAsTheRegularExpressionDoes(RandomValues values) {
    String pattern = values.text("ab*?", 0, 10);
    String text = values.text("ab", 0, 12);
    Pattern regex = Pattern.compile(pattern.replace("*", ".*").replace("?", "."));
    assertEquals(regex.matcher(text).matches(), new GlobPattern(pattern).matches(text));
  }

  @Test
  void manyStars_takeNoTime() {
    String pattern = "a*".repeat(2000) + "b";
    assertEquals(false, new GlobPattern(pattern).matches("a".repeat(20_000)));
  }
}
