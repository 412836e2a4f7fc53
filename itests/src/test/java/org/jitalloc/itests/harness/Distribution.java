package org.jitalloc.itests.harness;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The distribution of the build: the jars that users run. */
public final class Distribution {
  private Distribution() {}

  /** {@return the folder of the repository} */
  public static Path root() {
    return Path.of(System.getProperty("jitalloc.root")).toAbsolutePath().normalize();
  }

  /** {@return the folder with the bundles of the container} */
  public static Path bundles() {
    Path folder =
        Path.of(System.getProperty("jitalloc.home")).toAbsolutePath().normalize().resolve("bundle");
    if (!Files.isDirectory(folder)) {
      throw new IllegalStateException(
          folder + " is missing: run these tests by mvn verify, or package dist first");
    }
    return folder;
  }

  /** {@return the jars of the bundles of this project} */
  public static List<Path> ourBundles() {
    return jars().stream()
        .filter(jar -> jar.getFileName().toString().startsWith("org.jitalloc."))
        .toList();
  }

  private static List<Path> jars() {
    try (var files = Files.list(bundles())) {
      return files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** {@return a class path of the bundles of the container with these prefixes of names} */
  public static String classPath(String... names) {
    return String.join(
        File.pathSeparator,
        jars().stream()
            .filter(f -> List.of(names).stream().anyMatch(f.getFileName().toString()::startsWith))
            .map(Path::toString)
            .toList());
  }
}
