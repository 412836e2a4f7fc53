package org.jitalloc.arch.toy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jitalloc.arch.tck.BpfGeneratorTck;
import org.jitalloc.arch.tck.CallSitesTck;
import org.jitalloc.arch.tck.CodeBytesTck;
import org.jitalloc.arch.tck.EncoderTck;
import org.jitalloc.arch.tck.ParametersTck;
import org.jitalloc.arch.tck.ProbesTck;
import org.jitalloc.arch.tck.SiteTrampolinesTck;
import org.jitalloc.arch.tck.TextPokeTck;
import org.jitalloc.arch.tck.TracersTck;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/**
 * Tests the TCK: a correct toy passes it, and a toy with one flaw fails it in the test for this
 * flaw.
 */
class FlawsTest {
  private static final Map<Class<?>, Class<?>> TESTS =
      Map.of(
          ParametersTck.class, ToyParametersTest.class,
          CodeBytesTck.class, ToyCodeBytesTest.class,
          EncoderTck.class, ToyEncoderTest.class,
          TextPokeTck.class, ToyTextPokeTest.class,
          BpfGeneratorTck.class, ToyBpfGeneratorTest.class,
          CallSitesTck.class, ToyCallSitesTest.class,
          SiteTrampolinesTck.class, ToySiteTrampolinesTest.class,
          TracersTck.class, ToyTracersTest.class,
          ProbesTck.class, ToyProbesTest.class);

  @AfterEach
  void repair() {
    Flaw.set(Flaw.NONE);
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void wrongToy_failsTheTestThatIsAboutIt(Flaw flaw) {
    Flaw.set(flaw);
    var summary = run(TESTS.get(flaw.tck));
    var failed =
        summary.getFailures().stream()
            .map(f -> method(f.getTestIdentifier()))
            .collect(Collectors.toSet());
    assertTrue(failed.contains(flaw.test), "failed: " + failed);
    for (var failure : summary.getFailures()) {
      Throwable thrown = failure.getException();
      assertTrue(thrown instanceof AssertionError, () -> "no verdict, but " + thrown);
    }
  }

  @Test
  void rightToy_passesEverything() {
    for (var test : TESTS.values()) {
      var summary = run(test);
      assertEquals(0, summary.getTotalFailureCount(), test.getName());
      assertTrue(summary.getTestsSucceededCount() > 0, test.getName());
    }
  }

  /** Each test of the TCK fails for some flaw. */
  @Test
  void everyTestOfTheTck_isFailedBySomeFlaw() {
    var flawed =
        List.of(Flaw.values()).stream()
            .filter(f -> f != Flaw.NONE)
            .map(f -> f.tck.getSimpleName() + "." + f.test)
            .collect(Collectors.toCollection(TreeSet::new));
    var all = new TreeSet<String>();
    for (var tck : TESTS.keySet()) {
      for (var method : tck.getDeclaredMethods()) {
        if (method.isAnnotationPresent(Test.class)) {
          all.add(tck.getSimpleName() + "." + method.getName());
        }
      }
    }
    assertEquals(all, flawed);
  }

  private static String method(TestIdentifier test) {
    return ((MethodSource) test.getSource().orElseThrow()).getMethodName();
  }

  private static TestExecutionSummary run(Class<?> test) {
    var summary = new SummaryGeneratingListener();
    var request = LauncherDiscoveryRequestBuilder.request().selectors(selectClass(test)).build();
    LauncherFactory.create().execute(request, summary);
    return summary.getSummary();
  }
}
