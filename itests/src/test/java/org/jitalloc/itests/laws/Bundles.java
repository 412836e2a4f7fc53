package org.jitalloc.itests.laws;

import aQute.bnd.header.OSGiHeader;
import aQute.bnd.header.Parameters;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jitalloc.itests.harness.Distribution;

/** The bundles of the distribution, for the laws. */
final class Bundles {
  static final String API = "org.jitalloc.api";
  static final String CORE = "org.jitalloc.core";
  static final String CONSOLE = "org.jitalloc.console";
  static final String ARCH_PREFIX = "org.jitalloc.arch.";

  /** The code that architectures share. */
  static final String ARCH_SUPPORT = "org.jitalloc.arch.support";

  /** The code that consumers share. */
  static final String SUPPORT = "org.jitalloc.support";

  /** Bundles that are not consumers, besides the architectures. */
  static final Set<String> OTHERS = Set.of(API, CORE, CONSOLE, SUPPORT);

  private static final Map<String, Bundle> BUNDLES = read();

  /**
   * A bundle.
   *
   * @param name its symbolic name
   * @param jar its file
   * @param imports its header Import-Package
   * @param exports its header Export-Package
   * @param classes its classes
   */
  record Bundle(
      String name, Path jar, Parameters imports, Parameters exports, JavaClasses classes) {

    /** {@return the class files} */
    List<byte[]> classFiles() {
      List<byte[]> files = new ArrayList<>();
      try (var file = new JarFile(jar.toFile())) {
        for (JarEntry entry : file.stream().toList()) {
          if (entry.getName().endsWith(".class")) {
            try (InputStream in = file.getInputStream(entry)) {
              files.add(in.readAllBytes());
            }
          }
        }
      } catch (IOException failure) {
        throw new UncheckedIOException(jar.toString(), failure);
      }
      return files;
    }
  }

  private Bundles() {}

  private static Map<String, Bundle> read() {
    var bundles = new TreeMap<String, Bundle>();
    for (Path jar : Distribution.ourBundles()) {
      try (var file = new JarFile(jar.toFile())) {
        var headers = file.getManifest().getMainAttributes();
        String name = headers.getValue("Bundle-SymbolicName");
        bundles.put(
            name,
            new Bundle(
                name,
                jar,
                OSGiHeader.parseHeader(headers.getValue("Import-Package")),
                OSGiHeader.parseHeader(headers.getValue("Export-Package")),
                new ClassFileImporter().importUrl(url("jar:" + jar.toUri() + "!/"))));
      } catch (IOException failure) {
        throw new UncheckedIOException(jar.toString(), failure);
      }
    }
    return bundles;
  }

  private static URL url(String text) {
    try {
      return URI.create(text).toURL();
    } catch (MalformedURLException impossible) {
      throw new IllegalStateException(text, impossible);
    }
  }

  /** {@return all bundles of this project} */
  static List<Bundle> all() {
    return List.copyOf(BUNDLES.values());
  }

  /** {@return a bundle} */
  static Bundle named(String name) {
    Bundle bundle = BUNDLES.get(name);
    if (bundle == null) {
      throw new IllegalStateException("no bundle %s among %s".formatted(name, BUNDLES.keySet()));
    }
    return bundle;
  }

  /** {@return the symbolic names of all bundles} */
  static Set<String> names() {
    return BUNDLES.keySet();
  }

  static boolean isArchitecture(String name) {
    return name.startsWith(ARCH_PREFIX);
  }

  /** {@return the symbolic names of the consumers} */
  static Set<String> consumers() {
    return names().stream()
        .filter(n -> !OTHERS.contains(n) && !isArchitecture(n))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** {@return the packages that a bundle imports} */
  static Set<String> imports(String name) {
    return named(name).imports().keySet();
  }

  /** {@return the packages that a bundle exports} */
  static Set<String> exports(String name) {
    return named(name).exports().keySet();
  }

  /** {@return the packages of other projects' bundles that contain native libraries} */
  static Set<String> packagesWithNativeLibraries() {
    var packages = new TreeSet<String>();
    try (Stream<Path> files = Files.list(Distribution.bundles())) {
      for (Path jar : files.filter(f -> f.toString().endsWith(".jar")).toList()) {
        packages.addAll(packagesWithNativeLibraries(jar));
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    return packages;
  }

  private static Set<String> packagesWithNativeLibraries(Path jar) throws IOException {
    try (var file = new JarFile(jar.toFile())) {
      List<String> names = file.stream().map(JarEntry::getName).toList();
      if (names.stream().noneMatch(n -> n.matches(".*\\.(so|dylib|dll|jnilib)"))) {
        return Set.of();
      }
      return names.stream()
          .filter(n -> n.endsWith(".class") && n.contains("/") && !n.startsWith("META-INF/"))
          .map(n -> n.substring(0, n.lastIndexOf('/')).replace('/', '.'))
          .collect(Collectors.toSet());
    }
  }
}
