package org.jitalloc.itests.harness;

import aQute.bnd.osgi.Builder;
import java.io.File;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Creates a bundle of a package of tests, with the imports that bnd computes. */
final class TestBundle {
  private TestBundle() {}

  static Path build(String packageName) throws Exception {
    try (var builder = new Builder()) {
      builder.setProperty("Bundle-SymbolicName", "org.jitalloc.itests");
      builder.setProperty("Bundle-Version", "1.0.0");
      builder.setProperty("Private-Package", packageName);
      builder.setProperty("Import-Package", "!org.jitalloc.itests.*,!org.junit.jupiter.params.*,*");
      builder.setClasspath(classPath());
      var jar = builder.build();
      if (!builder.getErrors().isEmpty()) {
        throw new IllegalStateException("bnd: " + builder.getErrors());
      }
      Path file = Files.createTempFile("jitalloc-itests-", ".jar");
      jar.write(file.toFile());
      return file;
    }
  }

  /** {@return the tests, and the bundles for the versions of imports} */
  private static File[] classPath() throws URISyntaxException {
    List<File> files = new ArrayList<>();
    files.add(
        Path.of(TestBundle.class.getProtectionDomain().getCodeSource().getLocation().toURI())
            .toFile());
    Distribution.ourBundles().forEach(f -> files.add(f.toFile()));
    return files.toArray(File[]::new);
  }
}
