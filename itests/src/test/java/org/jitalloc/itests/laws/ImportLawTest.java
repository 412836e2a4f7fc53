package org.jitalloc.itests.laws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import aQute.bnd.header.Attrs;
import com.tngtech.archunit.core.domain.JavaClass;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jitalloc.itests.laws.Bundles.Bundle;
import org.junit.jupiter.api.Test;

/**
 * Laws 2 and 3: the packages that a bundle may import. Law 2: only the core and the consumers that
 * use its codecs import the packages of architectures. Law 3: no consumer needs another.
 */
final class ImportLawTest {
  private static final String ARCH = "org.jitalloc.arch";

  /**
   * The bundles that may import a package of {@code org.jitalloc.arch}, besides the API and the
   * architectures.
   */
  private static final Map<String, Set<String>> ARCH_USERS =
      Map.of(
          ARCH,
          Set.of(Bundles.CORE),
          ARCH + ".bpf",
          Set.of("org.jitalloc.bpf"),
          ARCH + ".elf",
          Set.of("org.jitalloc.modules"),
          ARCH + ".trace",
          Set.of("org.jitalloc.ftrace", "org.jitalloc.kprobes"));

  /** kmod needs the module loader, as the tools of kmod need the kernel. */
  private static final Map<String, String> NEEDED =
      Map.of("org.jitalloc.kmod", "org.jitalloc.modules");

  /** {@return the imports of packages of {@code org.jitalloc.arch} that law 2 forbids} */
  private static Set<String> forbiddenArch(String bundle, Set<String> imports) {
    var forbidden = new TreeSet<String>();
    if (bundle.equals(Bundles.API) || Bundles.isArchitecture(bundle)) {
      return forbidden;
    }
    for (String imported : imports) {
      if ((imported.equals(ARCH) || imported.startsWith(Bundles.ARCH_PREFIX))
          && !ARCH_USERS.getOrDefault(imported, Set.of()).contains(bundle)) {
        forbidden.add(imported);
      }
    }
    return forbidden;
  }

  private static Set<String> common(Set<String> some, Set<String> others) {
    var common = new TreeSet<>(some);
    common.retainAll(others);
    return common;
  }

  @Test
  void expectedBundles_exist_withClasses() {
    assertTrue(Bundles.names().containsAll(Bundles.OTHERS), Bundles.names().toString());
    assertTrue(
        Bundles.consumers()
            .containsAll(
                Set.of(
                    "org.jitalloc.bpf",
                    "org.jitalloc.modules",
                    "org.jitalloc.ftrace",
                    "org.jitalloc.kprobes")),
        Bundles.consumers().toString());
    for (Bundle bundle : Bundles.all()) {
      assertTrue(bundle.classes().iterator().hasNext(), bundle.name());
    }
  }

  @Test
  void law2_packagesOfArchitectures_areImportedByTheListedBundlesOnly() {
    var found = new TreeMap<String, Set<String>>();
    for (String bundle : Bundles.names()) {
      Set<String> forbidden = forbiddenArch(bundle, Bundles.imports(bundle));
      if (!forbidden.isEmpty()) {
        found.put(bundle, forbidden);
      }
    }
    assertEquals(Map.of(), found);
  }

  @Test
  void law2_everyEntryOfTheList_isUsed() {
    ARCH_USERS.forEach(
        (name, users) ->
            users.forEach(
                user -> assertTrue(Bundles.imports(user).contains(name), user + ": " + name)));
  }

  @Test
  void law2_fakeImports_areFound() {
    assertEquals(
        Set.of(ARCH, ARCH + ".elf", ARCH + ".support.emit"),
        forbiddenArch(
            "org.jitalloc.bpf",
            Set.of(ARCH, ARCH + ".bpf", ARCH + ".elf", ARCH + ".support.emit", "org.jitalloc")));
  }

  @Test
  void law2_architectures_exportNothing_butWhatTheyShare() {
    for (String bundle : Bundles.names()) {
      if (Bundles.isArchitecture(bundle) && !bundle.equals(Bundles.ARCH_SUPPORT)) {
        assertEquals(Set.of(), Bundles.exports(bundle), bundle);
      }
    }
    assertFalse(Bundles.exports(Bundles.ARCH_SUPPORT).isEmpty());
  }

  @Test
  void law2_architecturesAndTheCore_doNotUseTheTextOfConsumers() {
    for (String bundle : Bundles.names()) {
      if (Bundles.isArchitecture(bundle) || bundle.equals(Bundles.CORE)) {
        assertFalse(Bundles.imports(bundle).contains("org.jitalloc.text"), bundle);
      }
    }
    for (JavaClass type : Bundles.named(Bundles.API).classes()) {
      if (type.getPackageName().startsWith(ARCH)) {
        assertFalse(
            type.getDirectDependenciesFromSelf().stream()
                .anyMatch(d -> d.getTargetClass().getPackageName().equals("org.jitalloc.text")),
            type.getName());
      }
    }
  }

  /** {@return the packages of a bundle that the law forbids others to import} */
  private static Set<String> imported(String importer, Set<String> imports, String other) {
    return other.equals(NEEDED.get(importer)) || importer.equals(other)
        ? Set.of()
        : common(imports, Bundles.exports(other));
  }

  @Test
  void law3_noConsumer_needsAnother() {
    for (String consumer : Bundles.consumers()) {
      for (String other : Bundles.consumers()) {
        assertEquals(
            Set.of(),
            imported(consumer, Bundles.imports(consumer), other),
            consumer + " imports packages of " + other);
      }
    }
  }

  @Test
  void law3_fakeImport_isFound() {
    assertEquals(
        Set.of("org.jitalloc.bpf"),
        imported("org.jitalloc.kprobes", Set.of("org.jitalloc.bpf"), "org.jitalloc.bpf"));
  }

  @Test
  void law3_onlyConsumers_useTheirSupport_andItUsesNone() {
    Set<String> shared = Bundles.exports(Bundles.SUPPORT);
    assertFalse(shared.isEmpty());
    for (String name : Bundles.names()) {
      if (!name.equals(Bundles.SUPPORT) && !Bundles.consumers().contains(name)) {
        assertEquals(Set.of(), common(Bundles.imports(name), shared), name);
      }
    }
    for (String consumer : Bundles.consumers()) {
      assertEquals(
          Set.of(), common(Bundles.imports(Bundles.SUPPORT), Bundles.exports(consumer)), consumer);
    }
  }

  @Test
  void coreAndArchitectures_needNoConsumer() {
    for (String name : Bundles.names()) {
      if (name.equals(Bundles.CORE) || name.equals(Bundles.API) || Bundles.isArchitecture(name)) {
        for (String consumer : Bundles.consumers()) {
          assertEquals(Set.of(), common(Bundles.imports(name), Bundles.exports(consumer)), name);
        }
      }
    }
  }

  @Test
  void exportedPackages_haveVersions_andOneExporter() {
    var exporters = new TreeMap<String, String>();
    for (Bundle bundle : Bundles.all()) {
      for (Map.Entry<String, Attrs> exported : bundle.exports().entrySet()) {
        String what = bundle.name() + " exports " + exported.getKey();
        String version = exported.getValue().getVersion();
        assertTrue(
            version != null && version.matches("[1-9]\\d*\\.\\d+\\.\\d+"), what + ";" + version);
        String other = exporters.put(exported.getKey(), bundle.name());
        assertTrue(other == null, what + ", and so does " + other);
      }
    }
    assertFalse(exporters.isEmpty());
  }

  @Test
  void importedPackagesOfOurs_haveVersionRanges() {
    var without = new TreeMap<String, List<String>>();
    for (Bundle bundle : Bundles.all()) {
      List<String> names =
          bundle.imports().entrySet().stream()
              .filter(imported -> imported.getKey().startsWith("org.jitalloc"))
              .filter(imported -> !isRange(imported.getValue().getVersion()))
              .map(Map.Entry::getKey)
              .toList();
      if (!names.isEmpty()) {
        without.put(bundle.name(), names);
      }
    }
    assertEquals(Map.of(), without);
  }

  private static boolean isRange(String version) {
    return version != null && version.startsWith("[");
  }
}
