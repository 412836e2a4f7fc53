package org.jitalloc.test.support;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RandomValuesTest {

  /** {@return the first values of 2000 seeds, which are the same in every run} */
  private static <T> Set<T> drawn(Function<RandomValues, T> draw) {
    var seeds = new SplittableRandom(1);
    return new HashSet<>(
        Stream.generate(() -> draw.apply(new RandomValues(seeds.nextLong()))).limit(2000).toList());
  }

  @Test
  void anyLong_edges_areAmongManyValues() {
    Set<Long> drawn = drawn(RandomValues::anyLong);
    assertTrue(
        drawn.containsAll(
            List.of(
                Long.MIN_VALUE,
                Long.MIN_VALUE + 1,
                -1L,
                0L,
                1L,
                Long.MAX_VALUE - 1,
                Long.MAX_VALUE)));
    assertTrue(drawn.size() > 1000, "only " + drawn.size());
    for (int bits = 2; bits < 62; bits++) {
      long low = 1L << bits;
      assertTrue(drawn.stream().anyMatch(value -> value >= low && value < 2 * low), "2^" + bits);
      assertTrue(drawn.stream().anyMatch(value -> value <= -low && value > -2 * low), "-2^" + bits);
    }
  }

  @Test
  void intIn_smallRange_isExactlyThatRange() {
    assertEquals(Set.of(-2, -1, 0, 1, 2, 3), drawn(values -> values.intIn(-2, 3)));
    assertEquals(Set.of(7), drawn(values -> values.intIn(7, 7)));
    assertEquals(Set.of(-9, -8, -7), drawn(values -> values.intIn(-9, -7)));
    assertEquals(
        Set.of(Integer.MIN_VALUE), drawn(v -> v.intIn(Integer.MIN_VALUE, Integer.MIN_VALUE)));
  }

  @Test
  void longIn_extremeRanges_stayInside() {
    long[][] ranges = {
      {Long.MIN_VALUE, Long.MIN_VALUE},
      {Long.MAX_VALUE, Long.MAX_VALUE},
      {Long.MIN_VALUE, -1},
      {Long.MIN_VALUE, 0},
      {0, Long.MAX_VALUE},
      {1, Long.MAX_VALUE},
      {-1, Long.MAX_VALUE},
      {Long.MAX_VALUE - 1, Long.MAX_VALUE}
    };
    for (long[] range : ranges) {
      for (var drawn :
          List.of(
              drawn(v -> v.longIn(range[0], range[1])),
              drawn(v -> v.uniform(range[0], range[1])))) {
        var sorted = new TreeSet<>(drawn);
        assertTrue(sorted.first() >= range[0] && sorted.last() <= range[1], sorted::toString);
      }
      var edges = drawn(v -> v.longIn(range[0], range[1]));
      assertTrue(edges.contains(range[0]) && edges.contains(range[1]));
    }
  }

  @Test
  void longIn_twoNumbers_meetAtTheirEdges() {
    Set<List<Integer>> pairs = drawn(values -> List.of(values.anyInt(), values.anyInt()));
    assertTrue(pairs.contains(List.of(Integer.MIN_VALUE, -1)));
  }

  @Test
  void bigInteger_powersOfTwoAndTheirNeighbours_areDrawn() {
    Set<BigInteger> drawn = drawn(values -> values.bigInteger(16));
    for (long wanted : List.of(0, 1, 255, 256, -256, -255, 32767, 32768, -32768, 65536, -65536)) {
      assertTrue(drawn.contains(BigInteger.valueOf(wanted)), "without " + wanted);
    }
    assertTrue(drawn.stream().allMatch(value -> value.abs().longValue() <= 65536));
  }

  @Test
  void lengths_ofBytesTextsAndLists_coverTheirRange() {
    Set<Integer> all = Set.of(2, 3, 4, 5);
    assertEquals(all, drawn(values -> values.bytes(2, 5).length));
    assertEquals(all, drawn(values -> values.text("ab", 2, 5).length()));
    assertEquals(all, drawn(values -> values.list(2, 5, values::anyInt).size()));
    assertEquals(Set.of("", "a", "b", "aa", "ab", "ba", "bb"), drawn(v -> v.text("ab", 0, 2)));
  }

  @Test
  void weighted_zeroWeight_isNeverDrawn() {
    assertEquals(Set.of(0, 2), drawn(values -> values.weighted(3, 0, 1)));
  }

  @Test
  void sameSeed_sameValues_andAllAreRecorded() {
    for (long seed = 0; seed < 50; seed++) {
      assertEquals(history(new RandomValues(seed)), history(new RandomValues(seed)));
    }
    var values = new RandomValues(1);
    history(values);
    assertEquals(4, values.drawn().size(), values.drawn()::toString);
  }

  private static List<Object> history(RandomValues values) {
    values.anyLong();
    values.bytes(0, 9);
    values.list(1, 3, () -> values.text("xyz", 1, 2));
    values.oneOf("a", "b");
    return List.copyOf(values.drawn());
  }

  @Test
  void emptyRange_isRefused() {
    var values = new RandomValues(1);
    assertThrows(IllegalArgumentException.class, () -> values.longIn(1, 0));
    assertThrows(IllegalArgumentException.class, () -> values.uniform(1, 0));
  }
}
