package org.jitalloc.test.support;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test method that is called many times, each time with a {@link RandomValues} of another seed.
 * JUnit counts it as one test.
 *
 * <p>The first try that fails ends the test with a {@link SeededFailure}, which names the seed and
 * the values. The system property {@code seed} (or JUnit's configuration parameter of that name)
 * runs one try alone, with that seed: {@code mvn test -Dtest=AluTest -Dseed=-42}. Without it the
 * seeds differ from run to run.
 *
 * <p>All tries share one instance of the test class, and {@code BeforeEach} runs once: a method
 * that needs fresh state creates it itself. Other parameters are resolved once.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@Test
@ExtendWith(SeededTries.class)
public @interface Seeded {

  /** The configuration parameter (or system property) that names the one seed to try. */
  String SEED = "seed";

  /** The configuration parameter (or system property) for {@link #tries} where it is 0. */
  String DEFAULT_TRIES = "seeded.tries";

  /**
   * How many times the method is called; 0 for the configuration parameter {@value #DEFAULT_TRIES},
   * which is 1000 where nothing sets it.
   *
   * @return the number of calls
   */
  int tries() default 0;
}
