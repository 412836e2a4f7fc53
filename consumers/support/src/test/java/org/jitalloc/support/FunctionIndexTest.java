package org.jitalloc.support;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.jitalloc.text.TextFunction;
import org.junit.jupiter.api.Test;

/** An index finds the function that a linear search finds. */
final class FunctionIndexTest {

  private static Optional<Long> slow(List<TextFunction> functions, long offset) {
    return functions.stream()
        .filter(f -> offset >= f.offset() && offset < f.offset() + f.bytes())
        .map(TextFunction::offset)
        .max(Comparator.naturalOrder());
  }

  @Test
  void at_isTheFunctionThatBeginsLast_ofThoseThatContainIt() {
    for (int seed = 0; seed < 200; seed++) {
      var random = new Random(seed);
      var functions = new ArrayList<TextFunction>();
      for (int i = random.nextInt(20); i > 0; i--) {
        functions.add(new TextFunction("f" + i, random.nextInt(100), random.nextInt(30)));
      }
      var index = new FunctionIndex(functions);
      for (long offset = 0; offset < 140; offset++) {
        assertEquals(
            slow(functions, offset),
            index.at(offset).map(TextFunction::offset),
            "seed %d offset %d of %s".formatted(seed, offset, functions));
      }
    }
  }

  @Test
  void site_belongsToTheFunctionAroundIt_orJustBehind() {
    var index =
        new FunctionIndex(List.of(new TextFunction("b", 200, 50), new TextFunction("a", 16, 40)));
    assertEquals("a", index.ofSite(8).orElseThrow().name());
    assertEquals("a", index.ofSite(20).orElseThrow().name());
    assertEquals("b", index.ofSite(196).orElseThrow().name());
    assertEquals(Optional.empty(), index.ofSite(100));
    assertEquals(Optional.empty(), index.ofSite(250));
    assertEquals(200, index.named("b").orElseThrow().offset());
    assertEquals(Optional.empty(), index.named("c"));
  }
}
