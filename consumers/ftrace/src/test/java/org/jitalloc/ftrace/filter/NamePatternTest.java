package org.jitalloc.ftrace.filter;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.regex.Pattern;
import org.jitalloc.test.support.RandomValues;
import org.jitalloc.test.support.Seeded;

final class NamePatternTest {

  @Seeded(tries = 10_000)
  void matchesAsTheRegularExpressionDoes(RandomValues values) {
    String pattern = values.text("ab*?", 0, 8);
    String text = values.text("abc", 0, 8);
    String regex = pattern.replace("*", ".*").replace("?", ".");
    assertEquals(Pattern.matches(regex, text), new NamePattern(pattern).matches(text));
  }

  @Seeded(tries = 10_000)
  void brackets_matchAsTheRegularExpressionDoes(RandomValues values) {
    String text = values.text("abcd", 0, 5);
    String some = values.text("abcd", 1, 3);
    boolean negated = values.anyBoolean();
    String regex = "[" + (negated ? "^" : "") + some + "].*b";
    String glob = "[" + (negated ? "!" : "") + some + "]*b";
    assertEquals(Pattern.matches(regex, text), new NamePattern(glob).matches(text));
  }

  @Seeded(tries = 10_000)
  void ranges_matchAsTheRegularExpressionDoes(RandomValues values) {
    String text = values.text("abcd", 0, 3);
    assertEquals(
        Pattern.matches("a?[b-c].?", text),
        new NamePattern("[b-c]").matches(text)
            || new NamePattern("a[b-c]").matches(text)
            || new NamePattern("[b-c]?").matches(text)
            || new NamePattern("a[b-c]?").matches(text));
  }
}
