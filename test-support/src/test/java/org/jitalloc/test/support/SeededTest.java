package org.jitalloc.test.support;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

class SeededTest {
  private static final List<Long> DRAWN = new ArrayList<>();

  /** Methods for the tests below; if JUnit runs them by itself, they pass. */
  static class Properties {
    static boolean fail;

    @Seeded(tries = 7)
    void passes(RandomValues values, TestInfo info) {
      assertEquals("passes", info.getTestMethod().orElseThrow().getName());
      DRAWN.add(values.uniform(Long.MIN_VALUE, Long.MAX_VALUE));
    }

    @Seeded
    void fails(RandomValues values) {
      long value = values.uniform(0, 1_000_000);
      DRAWN.add(value);
      assertTrue(value < 500_000 || !fail, "too large");
    }

    @Seeded
    void assumes(RandomValues values) {
      Assumptions.assumeTrue(values.intIn(1, 2) > 2 || !fail, "never");
    }
  }

  abstract static class Mistakes {
    @Seeded
    void takesNothing() {}

    @Seeded(tries = -1)
    void isNeverTried(RandomValues values) {}
  }

  private static Method method(Class<?> of, String name) {
    return Arrays.stream(of.getDeclaredMethods())
        .filter(method -> method.getName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static TestExecutionSummary run(String method, Map<String, String> parameters) {
    DRAWN.clear();
    Properties.fail = true;
    try {
      var listener = new SummaryGeneratingListener();
      LauncherFactory.create()
          .execute(
              LauncherDiscoveryRequestBuilder.request()
                  .selectors(selectMethod(Properties.class, method(Properties.class, method)))
                  .configurationParameters(parameters)
                  .build(),
              listener);
      return listener.getSummary();
    } finally {
      Properties.fail = false;
    }
  }

  private static Throwable failure(TestExecutionSummary summary) {
    assertEquals(1, summary.getTestsFailedCount());
    return summary.getFailures().getFirst().getException();
  }

  @Test
  void tries_areAsManyAsDeclared_eachWithOtherValues() {
    assertEquals(1, run("passes", Map.of()).getTestsSucceededCount());
    assertEquals(7, DRAWN.size());
    assertEquals(7, DRAWN.stream().distinct().count());
  }

  @Test
  void tries_notDeclared_areThoseOfTheConfiguration() {
    assertEquals(1000, plan(Properties.class, "fails", Map.of()).tries());
    assertEquals(12, plan(Properties.class, "fails", Map.of(Seeded.DEFAULT_TRIES, "12")).tries());
    assertEquals(7, plan(Properties.class, "passes", Map.of(Seeded.DEFAULT_TRIES, "12")).tries());
  }

  private static SeededTries.Plan plan(Class<?> of, String name, Map<String, String> parameters) {
    return SeededTries.Plan.of(method(of, name), key -> Optional.ofNullable(parameters.get(key)));
  }

  @Test
  void failure_namesItsSeed_whichRepeatsIt() {
    var first = assertInstanceOf(SeededFailure.class, failure(run("fails", Map.of())));
    long value = DRAWN.getLast();
    assertInstanceOf(AssertionError.class, first.getCause());
    var message =
        Pattern.compile(
                "try (\\d+) of 1000 failed; -Dseed=(-?\\d+) repeats it; values: \\["
                    + value
                    + "]; .*too large.*")
            .matcher(first.getMessage());
    assertTrue(message.matches(), first.getMessage());
    assertEquals(DRAWN.size(), Integer.parseInt(message.group(1)));

    failure(run("fails", Map.of(Seeded.SEED, message.group(2))));
    assertEquals(List.of(value), DRAWN);
  }

  @Test
  void aborted_skipsTheTest() {
    assertEquals(1, run("assumes", Map.of()).getTestsAbortedCount());
  }

  @Test
  void mistakes_areRefused() {
    assertRefused("no parameter of type RandomValues", Mistakes.class, "takesNothing", Map.of());
    assertRefused("has -1 tries", Mistakes.class, "isNeverTried", Map.of());
    assertRefused("seed=x is not a number", Properties.class, "fails", Map.of(Seeded.SEED, "x"));
    assertRefused("has 0 tries", Properties.class, "fails", Map.of(Seeded.DEFAULT_TRIES, "0"));
  }

  private static void assertRefused(
      String message, Class<?> of, String name, Map<String, String> parameters) {
    var refused =
        assertThrows(ExtensionConfigurationException.class, () -> plan(of, name, parameters));
    assertTrue(refused.getMessage().contains(message), refused.getMessage());
  }
}
