package org.jitalloc.itests.laws;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import aQute.bnd.header.Attrs;
import aQute.bnd.header.OSGiHeader;
import aQute.bnd.header.Parameters;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import org.jitalloc.itests.harness.Distribution;
import org.junit.jupiter.api.Test;

/** The three laws of the house, on the jars that users run. */
final class LawsTest {
  private static final String CORE = "org.jitalloc.core";
  private static final String ARCH_PREFIX = "org.jitalloc.arch.";

  /** What architectures share; no architecture itself. */
  private static final String SUPPORT = "org.jitalloc.arch.support";

  /** What consumers share; no consumer itself. */
  private static final String CONSUMER_SUPPORT = "org.jitalloc.support";

  /** Bundles that serve or describe; all others consume. */
  private static final Set<String> HOUSE =
      Set.of("org.jitalloc.api", CORE, "org.jitalloc.console", CONSUMER_SUPPORT);

  private static final JavaClasses CLASSES = importJars();
  private static final Map<String, JarManifest> BUNDLES = readManifests();

  private record JarManifest(Parameters imports, Parameters exports) {}

  private static JavaClasses importJars() {
    return new ClassFileImporter()
        .importUrls(
            Distribution.ourBundles().stream()
                .map(Path::toUri)
                .map(uri -> "jar:" + uri + "!/")
                .map(LawsTest::url)
                .toList());
  }

  private static URL url(String text) {
    try {
      return URI.create(text).toURL();
    } catch (MalformedURLException impossible) {
      throw new IllegalStateException(text, impossible);
    }
  }

  private static Map<String, JarManifest> readManifests() {
    var bundles = new TreeMap<String, JarManifest>();
    for (Path file : Distribution.ourBundles()) {
      try (var jar = new JarFile(file.toFile())) {
        var headers = jar.getManifest().getMainAttributes();
        bundles.put(
            headers.getValue("Bundle-SymbolicName"),
            new JarManifest(
                OSGiHeader.parseHeader(headers.getValue("Import-Package")),
                OSGiHeader.parseHeader(headers.getValue("Export-Package"))));
      } catch (IOException failure) {
        throw new IllegalStateException(file.toString(), failure);
      }
    }
    return bundles;
  }

  @Test
  void theBundlesOfTheHouse_areThere() {
    assertTrue(BUNDLES.keySet().containsAll(HOUSE), BUNDLES.keySet().toString());
    assertTrue(consumers().contains("org.jitalloc.bpf"), consumers().toString());
    assertFalse(CLASSES.isEmpty());
    for (String name : BUNDLES.keySet()) {
      if (!name.startsWith(ARCH_PREFIX)) {
        assertTrue(
            CLASSES.stream().anyMatch(c -> c.getPackageName().startsWith(packageOf(name))), name);
      }
    }
  }

  @Test
  void law1_onlyTheCoreTouchesNativeMemory() {
    noClasses()
        .that()
        .resideOutsideOfPackage("org.jitalloc.core..")
        .should()
        .dependOnClassesThat(
            nameMatching(
                "java\\.lang\\.foreign\\.(Linker|SymbolLookup)(\\$.*)?|(sun\\.misc|jdk\\.internal\\.misc)\\.Unsafe"))
        .orShould()
        .callMethodWhere(
            DescribedPredicate.describe(
                "MemorySegment.reinterpret",
                call ->
                    is(call.getTarget(), "java.lang.foreign.MemorySegment", "reinterpret")
                        || is(
                            call.getTarget(), "java.lang.foreign.AddressLayout", "withTargetLayout")
                        || is(
                            call.getTarget(),
                            "java.lang.ModuleLayer$Controller",
                            "enableNativeAccess")
                        || is(call.getTarget(), "java.lang.System", "load")
                        || is(call.getTarget(), "java.lang.System", "loadLibrary")))
        .as("law 1: only org.jitalloc.core calls native code or makes memory out of addresses")
        .check(CLASSES);
  }

  private static boolean is(AccessTarget target, String owner, String method) {
    return target.getOwner().getName().equals(owner) && target.getName().equals(method);
  }

  @Test
  void law1_nobodyUsesInternalsOfTheJdk() {
    noClasses()
        .should()
        .dependOnClassesThat(resideInAPackage("jdk.internal.."))
        .orShould()
        .dependOnClassesThat(resideInAPackage("sun.."))
        .check(CLASSES);
    for (var bundle : BUNDLES.entrySet()) {
      for (String imported : bundle.getValue().imports().keySet()) {
        assertFalse(
            imported.startsWith("jdk.internal") || imported.startsWith("sun."),
            bundle.getKey() + " imports " + imported);
      }
    }
  }

  @Test
  void law2_onlyTheCoreAndArchitecturesKnowWhatAnArchitectureDemands() {
    for (String name : BUNDLES.keySet()) {
      if (!name.equals(CORE) && !name.startsWith(ARCH_PREFIX) && !name.equals("org.jitalloc.api")) {
        assertFalse(
            imports(name).contains("org.jitalloc.arch"),
            name + " imports org.jitalloc.arch, which is for the core and architectures");
      }
    }
  }

  @Test
  void law2_nobodyImportsAnArchitecture() {
    var exportedByArchitectures =
        BUNDLES.keySet().stream()
            .filter(n -> n.startsWith(ARCH_PREFIX) && !n.equals(SUPPORT))
            .flatMap(n -> BUNDLES.get(n).exports().keySet().stream())
            .toList();
    assertEquals(List.of(), exportedByArchitectures, "an architecture is reached by its services");
  }

  @Test
  void law2_onlyArchitecturesUseWhatArchitecturesShare() {
    var shared = BUNDLES.get(SUPPORT).exports().keySet();
    assertFalse(shared.isEmpty());
    for (String name : BUNDLES.keySet()) {
      if (!name.startsWith(ARCH_PREFIX)) {
        var used = new ArrayList<>(imports(name));
        used.retainAll(shared);
        assertEquals(List.of(), used, name + " imports what only architectures share");
      }
    }
  }

  @Test
  void law3_noConsumerNeedsAnother() {
    for (String consumer : consumers()) {
      for (String other : consumers()) {
        var shared = new ArrayList<>(imports(consumer));
        shared.retainAll(BUNDLES.get(other).exports().keySet());
        if (!consumer.equals(other)) {
          assertEquals(List.of(), shared, consumer + " imports packages of " + other);
        }
      }
    }
  }

  @Test
  void law3_onlyConsumersUseWhatConsumersShare_andItKnowsNoneOfThem() {
    var shared = BUNDLES.get(CONSUMER_SUPPORT).exports().keySet();
    assertFalse(shared.isEmpty());
    for (String name : BUNDLES.keySet()) {
      var used = new ArrayList<>(imports(name));
      used.retainAll(shared);
      assertTrue(used.isEmpty() || consumers().contains(name) || name.equals(CONSUMER_SUPPORT));
    }
    for (String consumer : consumers()) {
      var known = new ArrayList<>(imports(CONSUMER_SUPPORT));
      known.retainAll(BUNDLES.get(consumer).exports().keySet());
      assertEquals(List.of(), known, CONSUMER_SUPPORT + " imports packages of " + consumer);
    }
  }

  @Test
  void coreAndArchitectures_needNoConsumer() {
    for (String name : BUNDLES.keySet()) {
      if (name.equals(CORE) || name.startsWith(ARCH_PREFIX) || name.equals("org.jitalloc.api")) {
        for (String consumer : consumers()) {
          var shared = new ArrayList<>(imports(name));
          shared.retainAll(BUNDLES.get(consumer).exports().keySet());
          assertEquals(List.of(), shared, name + " imports packages of " + consumer);
        }
      }
    }
  }

  @Test
  void exportedPackages_haveVersionsOfTheirOwn_andOneExporter() {
    var exporters = new TreeMap<String, String>();
    for (var bundle : BUNDLES.entrySet()) {
      for (Map.Entry<String, Attrs> exported : bundle.getValue().exports().entrySet()) {
        String what = bundle.getKey() + " exports " + exported.getKey();
        String version = exported.getValue().getVersion();
        assertTrue(
            version != null && version.matches("[1-9]\\d*\\.\\d+\\.\\d+"), what + ";" + version);
        String other = exporters.put(exported.getKey(), bundle.getKey());
        assertTrue(other == null, what + ", and so does " + other);
      }
    }
    assertFalse(exporters.isEmpty());
  }

  @Test
  void importedPackagesOfOurs_haveVersionRanges() {
    for (var bundle : BUNDLES.entrySet()) {
      for (Map.Entry<String, Attrs> imported : bundle.getValue().imports().entrySet()) {
        if (imported.getKey().startsWith("org.jitalloc")) {
          String range = imported.getValue().getVersion();
          assertTrue(
              range != null && range.startsWith("["),
              bundle.getKey() + " imports " + imported.getKey() + " " + range);
        }
      }
    }
  }

  private Set<String> imports(String bundle) {
    return BUNDLES.get(bundle).imports().keySet();
  }

  private Set<String> consumers() {
    return BUNDLES.keySet().stream()
        .filter(n -> !HOUSE.contains(n) && !n.startsWith(ARCH_PREFIX))
        .collect(Collectors.toSet());
  }

  private static String packageOf(String bundle) {
    return bundle.equals("org.jitalloc.api") ? "org.jitalloc" : bundle;
  }
}
