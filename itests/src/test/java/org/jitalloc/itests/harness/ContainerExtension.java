package org.jitalloc.itests.harness;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jitalloc.dist.Container;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.osgi.framework.Bundle;

/**
 * Starts a container for each test and runs the test in it. The container shares the JDK, OSGi and
 * JUnit with the tests, and no package of this project.
 */
final class ContainerExtension
    implements BeforeEachCallback, AfterEachCallback, InvocationInterceptor {
  private static final Namespace NAMESPACE = Namespace.create(ContainerExtension.class);
  private static final String JUNIT =
      "org.junit.jupiter.api,org.junit.jupiter.api.function,org.opentest4j";

  /** A container with the bundle of the tests in it. */
  private record Running(Container container, Bundle tests, Path file) {}

  @Override
  public void beforeEach(ExtensionContext context) throws Exception {
    var container =
        Container.start(
            List.of(Distribution.bundles()),
            Map.of("org.osgi.framework.system.packages.extra", JUNIT));
    Path file = TestBundle.build(context.getRequiredTestClass().getPackageName());
    Bundle bundle = container.context().installBundle("reference:" + file.toUri());
    bundle.start();
    context.getStore(NAMESPACE).put("running", new Running(container, bundle, file));
  }

  @Override
  public void afterEach(ExtensionContext context) throws Exception {
    var running = context.getStore(NAMESPACE).remove("running", Running.class);
    if (running != null) {
      running.container().close();
      Files.delete(running.file());
    }
  }

  @Override
  public void interceptTestMethod(
      Invocation<Void> invocation,
      ReflectiveInvocationContext<Method> method,
      ExtensionContext context)
      throws Throwable {
    invocation.skip();
    runInside(method.getExecutable(), List.of(), context);
  }

  @Override
  public void interceptTestTemplateMethod(
      Invocation<Void> invocation,
      ReflectiveInvocationContext<Method> method,
      ExtensionContext context)
      throws Throwable {
    invocation.skip();
    runInside(method.getExecutable(), method.getArguments(), context);
  }

  private static void runInside(Method outside, List<Object> arguments, ExtensionContext context)
      throws Throwable {
    var running = context.getStore(NAMESPACE).get("running", Running.class);
    Class<?> inside = running.tests().loadClass(outside.getDeclaringClass().getName());
    if (inside == outside.getDeclaringClass()) {
      throw new IllegalStateException(inside + " was not loaded by its bundle");
    }
    var constructor = inside.getDeclaredConstructor();
    constructor.setAccessible(true);
    Method method = inside.getDeclaredMethod(outside.getName(), outside.getParameterTypes());
    method.setAccessible(true);
    try {
      method.invoke(constructor.newInstance(), arguments.toArray());
    } catch (InvocationTargetException thrown) {
      throw thrown.getCause();
    }
  }
}
