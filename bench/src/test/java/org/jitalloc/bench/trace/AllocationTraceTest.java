package org.jitalloc.bench.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class AllocationTraceTest {

  @ParameterizedTest
  @EnumSource
  void generate_sameSeed_sameTrace(TraceKind kind) {
    assertEquals(
        AllocationTrace.generate(kind, 7, 100, 1000), AllocationTrace.generate(kind, 7, 100, 1000));
    assertNotEquals(
        AllocationTrace.generate(kind, 7, 100, 1000), AllocationTrace.generate(kind, 8, 100, 1000));
  }

  @Test
  void generate_isStartAndThenPairs_withAsMuchLiveAsWasAskedFor() {
    AllocationTrace trace = AllocationTrace.generate(TraceKind.JIT, 1, 50, 2000);
    assertEquals(50, trace.start());
    assertEquals(2000, trace.operations());
    assertEquals(50 + 2 * 2000, trace.length());
    Set<Integer> live = new HashSet<>();
    Set<Integer> chosenAges = new HashSet<>();
    for (int i = 0; i < trace.length(); i++) {
      if (trace.isAllocation(i)) {
        assertTrue(live.add(trace.id(i)));
      } else {
        assertEquals(0, (i - trace.start()) % 2);
        assertEquals(50, live.size());
        assertTrue(live.remove(trace.id(i)));
        chosenAges.add((i - trace.start()) / 2 + 50 - trace.id(i));
      }
    }
    // Frees are random, neither always the oldest nor always the newest.
    assertTrue(chosenAges.size() > 100, chosenAges.toString());
  }

  @Test
  void sizes_areThoseOfTheirKind() {
    int[] jit = AllocationTrace.generate(TraceKind.JIT, 1, 20_000, 100_000).sortedSizes();
    near(330, jit[jit.length / 2]);
    near(604, mean(jit));
    // exp(5.8 + 1.1 * 1.2816)
    near(1352, jit[jit.length * 9 / 10]);
    assertTrue(jit[0] >= 16 && jit[jit.length - 1] <= 65_536);

    int[] mod = AllocationTrace.generate(TraceKind.MOD, 1, 2_000, 100_000).sortedSizes();
    near(10_938, mod[mod.length / 2]);
    near(25_400, mean(mod));
    assertTrue(mod[0] >= 64 && mod[mod.length - 1] <= 2 << 20);
  }

  private static void near(double expected, double actual) {
    assertEquals(expected, actual, 0.05 * expected);
  }

  private static double mean(int[] values) {
    return Arrays.stream(values).average().orElseThrow();
  }
}
