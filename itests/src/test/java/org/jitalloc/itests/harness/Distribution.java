package org.jitalloc.itests.harness;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What the build has made: the jars that users run. */
public final class Distribution {
  private Distribution() {}

  /** The repository. */
  public static Path root() {
    return Path.of(System.getProperty("jitalloc.root")).toAbsolutePath().normalize();
  }

  /** The folder with the bundles of the container. */
  public static Path bundles() {
    Path folder =
        Path.of(System.getProperty("jitalloc.home")).toAbsolutePath().normalize().resolve("bundle");
    if (!Files.isDirectory(folder)) {
      throw new IllegalStateException(
          folder + " is missing: run these tests by mvn verify, or package dist first");
    }
    return folder;
  }

  /** The jars of the bundles that are ours. */
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

  /** A class path of those bundles of the container whose names start like this. */
  public static String classPath(String... names) {
    return String.join(
        File.pathSeparator,
        jars().stream()
            .filter(f -> List.of(names).stream().anyMatch(f.getFileName().toString()::startsWith))
            .map(Path::toString)
            .toList());
  }
}
