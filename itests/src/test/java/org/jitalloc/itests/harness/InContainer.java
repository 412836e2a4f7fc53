package org.jitalloc.itests.harness;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Runs the tests of a class as a bundle in a container with the bundles of the distribution. The
 * class loader of the bundle loads the class, so it sees only the packages that other bundles
 * export.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@ExtendWith(ContainerExtension.class)
public @interface InContainer {}
