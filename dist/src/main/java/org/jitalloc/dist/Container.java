package org.jitalloc.dist;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.launch.FrameworkFactory;

/**
 * An OSGi framework with the bundles of some folders. The storage of the framework is a temporary
 * folder, which is deleted with the framework; so any number of containers can run at once from one
 * distribution.
 */
public final class Container implements AutoCloseable {
  private final Framework framework;
  private final Path storage;
  private boolean closed;

  private Container(Framework framework, Path storage) {
    this.framework = framework;
    this.storage = storage;
  }

  /**
   * Starts a framework and every bundle of the folders.
   *
   * @param folders the folders of the bundles
   * @param properties the configuration of the framework, without its storage
   * @return the running container
   * @throws BundleException if a bundle cannot be installed or started; nothing runs then
   * @throws IOException if the folders cannot be read
   */
  public static Container start(List<Path> folders, Map<String, String> properties)
      throws BundleException, IOException {
    Path storage = createStorage();
    var configuration = new HashMap<>(properties);
    configuration.put(Constants.FRAMEWORK_STORAGE, storage.toString());
    var factory =
        ServiceLoader.load(FrameworkFactory.class, Container.class.getClassLoader())
            .findFirst()
            .orElseThrow(() -> new BundleException("no OSGi framework on the class path"));
    var container = new Container(factory.newFramework(configuration), storage);
    try {
      container.framework.start();
      container.startAll(folders);
      // The folder is deleted also if a signal ends the process.
      Runtime.getRuntime().addShutdownHook(new Thread(container::close, "jitalloc-shutdown"));
      return container;
    } catch (BundleException | IOException | RuntimeException failure) {
      container.close();
      throw failure;
    }
  }

  /**
   * Creates a folder that only this user can read. {@link Files#createTempDirectory} needs the
   * JVM's security configuration for its random names, which a minimal JVM may not have. The
   * process number and the time make the name unique; an existing folder is refused.
   */
  private static Path createStorage() throws IOException {
    String name = "jitalloc-%d-%x".formatted(ProcessHandle.current().pid(), System.nanoTime());
    return Files.createDirectory(
        Path.of(System.getProperty("java.io.tmpdir"), name),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
  }

  private void startAll(List<Path> folders) throws BundleException, IOException {
    var bundles = new ArrayList<Bundle>();
    for (Path folder : folders) {
      try (var files = Files.list(folder)) {
        for (Path jar : files.filter(f -> f.toString().endsWith(".jar")).sorted().toList()) {
          // By reference: the framework uses the file in place and copies nothing.
          bundles.add(context().installBundle("reference:" + jar.toUri()));
        }
      }
    }
    for (Bundle bundle : bundles) {
      bundle.start();
    }
  }

  /** {@return the context of the framework} */
  public BundleContext context() {
    return framework.getBundleContext();
  }

  /**
   * Waits until the framework stops.
   *
   * @throws InterruptedException if this thread is interrupted
   */
  void awaitStop() throws InterruptedException {
    framework.waitForStop(0);
  }

  /** Stops the framework and all bundles in it. Closing again does nothing. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      framework.stop();
      FrameworkEvent event = framework.waitForStop(TimeUnit.SECONDS.toMillis(30));
      if (event.getType() == FrameworkEvent.WAIT_TIMEDOUT) {
        System.err.println("jitalloc: the container did not stop within 30 seconds");
      }
      delete(storage);
    } catch (BundleException failure) {
      System.err.println("jitalloc: the container did not stop: " + failure.getMessage());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static void delete(Path folder) {
    try (var files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
