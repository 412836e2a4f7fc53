package org.jitalloc.itests.container;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.HexFormat;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import org.jitalloc.JitAllocator;
import org.jitalloc.bpf.BpfLoadOptions;
import org.jitalloc.bpf.BpfLoadOptions.Engine;
import org.jitalloc.bpf.BpfProgram;
import org.jitalloc.bpf.BpfRuntime;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.util.tracker.ServiceTracker;

/** Access to the container for tests that run in it. */
final class Inside {
  static final String HOST = "(jit.target=host)";

  /** {@code r0 = 7; exit}. */
  static final byte[] SEVEN = HexFormat.of().parseHex("b7000000070000009500000000000000");

  private static final long LIMIT_MILLIS = 30_000;

  private Inside() {}

  static BundleContext context() {
    return FrameworkUtil.getBundle(Inside.class).getBundleContext();
  }

  static List<Bundle> ourBundles() {
    return Stream.of(context().getBundles())
        .filter(b -> b.getSymbolicName().startsWith("org.jitalloc."))
        .filter(b -> !b.getSymbolicName().equals("org.jitalloc.itests"))
        .toList();
  }

  static Bundle bundle(String symbolicName) {
    return Stream.of(context().getBundles())
        .filter(b -> b.getSymbolicName().equals(symbolicName))
        .findFirst()
        .orElseThrow();
  }

  /** {@return the bundle of the architecture of this machine} */
  static Bundle archBundle() throws InvalidSyntaxException {
    var arch = service(JitAllocator.class, HOST).target().arch();
    for (ServiceReference<?> reference :
        context().getAllServiceReferences("org.jitalloc.arch.Arch", null)) {
      if (arch.equals(reference.getProperty("jit.arch"))) {
        return reference.getBundle();
      }
    }
    throw new AssertionError("no service org.jitalloc.arch.Arch of " + arch);
  }

  /** Waits for a service. */
  static <T> T service(Class<T> type, String filter) {
    try {
      var tracker =
          new ServiceTracker<T, T>(
              context(),
              context().createFilter("(&(objectClass=" + type.getName() + ")" + filter + ")"),
              null);
      tracker.open();
      T service = tracker.waitForService(LIMIT_MILLIS);
      assertNotNull(service, "no " + type.getName() + " with " + filter);
      return service;
    } catch (InvalidSyntaxException | InterruptedException failure) {
      throw new AssertionError(failure);
    }
  }

  static boolean isThere(Class<?> type, String filter) throws InvalidSyntaxException {
    return !context().getServiceReferences(type, filter).isEmpty();
  }

  static BpfProgram load(byte[] program) {
    return service(BpfRuntime.class, HOST).load(program, options());
  }

  static BpfLoadOptions options() {
    return BpfLoadOptions.DEFAULTS.withEngine(Engine.JIT);
  }

  static void assertProgramsRun() {
    try (BpfProgram program = load(SEVEN)) {
      assertEquals(7, program.run());
    }
  }

  /** {@return a started empty bundle, for tests with several owners} */
  static Bundle newBundle(String symbolicName) throws IOException, BundleException {
    var manifest = new Manifest();
    var attributes = manifest.getMainAttributes();
    attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    attributes.putValue("Bundle-ManifestVersion", "2");
    attributes.putValue("Bundle-SymbolicName", symbolicName);
    // Its imports connect it to the package of the service, as the bundle of the tests is.
    attributes.putValue("Import-Package", "org.jitalloc");
    var bytes = new ByteArrayOutputStream();
    new JarOutputStream(bytes, manifest).close();
    Bundle bundle =
        context()
            .installBundle(symbolicName, new java.io.ByteArrayInputStream(bytes.toByteArray()));
    bundle.start();
    return bundle;
  }
}
