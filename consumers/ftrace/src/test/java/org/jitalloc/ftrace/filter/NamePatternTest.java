package org.jitalloc.ftrace.filter;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.regex.Pattern;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.StringLength;

final class NamePatternTest {

  @Property
  void matchesAsTheRegularExpressionDoes(
      @ForAll @Chars({'a', 'b', '*', '?'}) @StringLength(max = 8) String pattern,
      @ForAll @CharRange(from = 'a', to = 'c') @StringLength(max = 8) String text) {
    String regex = pattern.replace("*", ".*").replace("?", ".");
    assertEquals(Pattern.matches(regex, text), new NamePattern(pattern).matches(text));
  }

  @Property
  void brackets_matchAsTheRegularExpressionDoes(
      @ForAll @CharRange(from = 'a', to = 'd') @StringLength(max = 5) String text,
      @ForAll @CharRange(from = 'a', to = 'd') @StringLength(min = 1, max = 3) String some,
      @ForAll boolean negated) {
    String regex = "[" + (negated ? "^" : "") + some + "].*b";
    String glob = "[" + (negated ? "!" : "") + some + "]*b";
    assertEquals(Pattern.matches(regex, text), new NamePattern(glob).matches(text));
  }

  @Property
  void ranges_matchAsTheRegularExpressionDoes(
      @ForAll @CharRange(from = 'a', to = 'd') @StringLength(max = 3) String text) {
    assertEquals(
        Pattern.matches("a?[b-c].?", text),
        new NamePattern("[b-c]").matches(text)
            || new NamePattern("a[b-c]").matches(text)
            || new NamePattern("[b-c]?").matches(text)
            || new NamePattern("a[b-c]?").matches(text));
  }
}
