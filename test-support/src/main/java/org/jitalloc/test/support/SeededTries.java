package org.jitalloc.test.support;

import java.lang.reflect.Method;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.junit.platform.commons.support.ReflectionSupport;
import org.opentest4j.TestAbortedException;

/** Calls a {@link Seeded} method once for each try. */
final class SeededTries implements InvocationInterceptor, ParameterResolver {
  private static final int STANDARD_TRIES = 1000;

  /** Tries whose seeds differ from run to run, or one try whose seed is given. */
  record Plan(int tries, Optional<Long> seed) {

    /** {@return the plan by the annotation and JUnit's configuration parameters} */
    static Plan of(Method method, Function<String, Optional<String>> configuration) {
      if (!List.of(method.getParameterTypes()).contains(RandomValues.class)) {
        throw new ExtensionConfigurationException(
            method + " is @Seeded, but has no parameter of type RandomValues");
      }
      if (configuration.apply(Seeded.SEED).isPresent()) {
        return new Plan(1, Optional.of(number(Seeded.SEED, configuration)));
      }
      long tries = method.getAnnotation(Seeded.class).tries();
      if (tries == 0) {
        tries =
            configuration.apply(Seeded.DEFAULT_TRIES).isPresent()
                ? number(Seeded.DEFAULT_TRIES, configuration)
                : STANDARD_TRIES;
      }
      if (tries < 1 || tries > Integer.MAX_VALUE) {
        throw new ExtensionConfigurationException(method + " has " + tries + " tries");
      }
      return new Plan((int) tries, Optional.empty());
    }

    private static long number(String key, Function<String, Optional<String>> configuration) {
      String text = configuration.apply(key).orElseThrow();
      try {
        return Long.parseLong(text);
      } catch (NumberFormatException refused) {
        throw new ExtensionConfigurationException(key + "=" + text + " is not a number", refused);
      }
    }
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == RandomValues.class;
  }

  /** Returns a value that each try replaces. */
  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return new RandomValues(0);
  }

  @Override
  public void interceptTestMethod(
      Invocation<Void> invocation,
      ReflectiveInvocationContext<Method> method,
      ExtensionContext context)
      throws Throwable {
    invocation.skip();
    Plan plan = Plan.of(method.getExecutable(), context::getConfigurationParameter);
    var seeds = new SplittableRandom();
    for (int attempt = 1; attempt <= plan.tries; attempt++) {
      run(method, attempt, plan.tries, plan.seed.orElseGet(seeds::nextLong));
    }
  }

  private static void run(
      ReflectiveInvocationContext<Method> method, int attempt, int tries, long seed) {
    var values = new RandomValues(seed);
    Object[] arguments =
        method.getArguments().stream()
            .map(argument -> argument instanceof RandomValues ? values : argument)
            .toArray();
    try {
      ReflectionSupport.invokeMethod(
          method.getExecutable(), method.getTarget().orElse(null), arguments);
    } catch (TestAbortedException aborted) {
      throw aborted;
    } catch (Throwable failed) {
      throw new SeededFailure(attempt, tries, seed, values.drawn(), failed);
    }
  }
}
