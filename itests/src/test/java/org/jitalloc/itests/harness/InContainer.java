package org.jitalloc.itests.harness;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Has the tests of a class run as a bundle in a container with the bundles of the distribution: the
 * class is loaded by its bundle's class loader, so it sees of the others what their manifests allow
 * and nothing else.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@ExtendWith(ContainerExtension.class)
public @interface InContainer {}
