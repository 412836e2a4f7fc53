package org.jitalloc.itests.laws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.lang.classfile.ClassModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jitalloc.itests.laws.Bundles.Bundle;
import org.jitalloc.itests.laws.fake.Native;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Law 1: only alloc-core uses native memory, native code and the operating system. */
final class NativeCodeLawTest {
  private static final Set<String> TYPES =
      Set.of(
          "java.lang.foreign.Linker",
          "java.lang.foreign.SymbolLookup",
          "java.lang.ProcessBuilder",
          "sun.misc.Unsafe");

  private static final Set<String> METHODS =
      Set.of(
          "java.lang.foreign.MemorySegment.reinterpret",
          "java.lang.foreign.AddressLayout.withTargetLayout",
          "java.lang.ModuleLayer$Controller.enableNativeAccess",
          "java.lang.System.load",
          "java.lang.System.loadLibrary",
          "java.lang.Runtime.load",
          "java.lang.Runtime.loadLibrary",
          "java.lang.Runtime.exec");

  /** The classes outside of the core that use the operating system, with the reasons. */
  private static final Map<String, String> EXCEPTIONS =
      Map.of(
          "org.jitalloc.console.tour.ProcessMaps",
          "the tour checks the rules of the core by an independent reader of the process's maps",
          "org.jitalloc.ftrace.ring.TraceMemory",
          "reads which threads of the process exist, to reuse the slots of those that ended",
          "org.jitalloc.ftrace.TraceText",
          "reads the names of threads, for the text of a trace",
          "org.jitalloc.modules.file.Zstd",
          "zstd-jni decompresses .ko.zst: its arguments and results are arrays, no native memory");

  private static final Set<String> NATIVE_PACKAGES = Bundles.packagesWithNativeLibraries();

  private static List<String> violations(JavaClass type) {
    var found = new ArrayList<String>();
    for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
      JavaClass target = dependency.getTargetClass().getBaseComponentType();
      if (TYPES.contains(topLevel(target.getName()))
          || NATIVE_PACKAGES.contains(target.getPackageName())) {
        found.add("uses " + target.getName());
      }
    }
    for (JavaAccess<?> access : type.getAccessesFromSelf()) {
      String method = access.getTargetOwner().getName() + "." + access.getName();
      if (METHODS.contains(method)) {
        found.add("calls " + method);
      }
    }
    return found;
  }

  private static List<String> violations(ClassModel model) {
    var found = new ArrayList<String>();
    ClassFiles.nativeMethods(model).forEach(method -> found.add("declares native " + method));
    ClassFiles.strings(model).stream()
        .filter(text -> text.matches("/(proc|sys|dev)(/\\S*)?"))
        .forEach(text -> found.add("names " + text));
    return found;
  }

  private static String topLevel(String name) {
    int nested = name.indexOf('$');
    return nested < 0 ? name : name.substring(0, nested);
  }

  /** {@return the violations of a bundle, by top-level class} */
  private static Map<String, Set<String>> violations(Bundle bundle) {
    var found = new TreeMap<String, Set<String>>();
    for (JavaClass type : bundle.classes()) {
      violations(type).forEach(v -> add(found, topLevel(type.getName()), v));
    }
    for (byte[] classFile : bundle.classFiles()) {
      ClassModel model = ClassFiles.parse(classFile);
      violations(model).forEach(v -> add(found, ClassFiles.topLevel(model), v));
    }
    return found;
  }

  private static void add(Map<String, Set<String>> found, String type, String violation) {
    found.computeIfAbsent(type, _ -> new TreeSet<>()).add(violation);
  }

  @Test
  void onlyTheCore_usesNativeCodeAndTheOperatingSystem() {
    var found = new TreeMap<String, Set<String>>();
    for (Bundle bundle : Bundles.all()) {
      if (!bundle.name().equals(Bundles.CORE)) {
        found.putAll(violations(bundle));
      }
    }
    var unused = new TreeSet<>(EXCEPTIONS.keySet());
    unused.removeAll(found.keySet());
    assertEquals(Set.of(), unused, "exceptions that are not needed");
    found.keySet().removeAll(EXCEPTIONS.keySet());
    assertEquals(Map.of(), found);
  }

  @Test
  void theCore_usesThem() {
    assertFalse(violations(Bundles.named(Bundles.CORE)).isEmpty());
  }

  @Test
  void zstd_isSeenAsNative() {
    assertTrue(NATIVE_PACKAGES.contains("com.github.luben.zstd"), NATIVE_PACKAGES::toString);
  }

  @ParameterizedTest
  @ValueSource(
      classes = {
        Native.Linking.class,
        Native.Reinterpreting.class,
        Native.Loading.class,
        Native.Starting.class,
        Native.Declaring.class,
        Native.Reading.class
      })
  void fake_isFound(Class<?> fake) {
    var found = violations(new ClassFileImporter().importClass(fake));
    found.addAll(violations(ClassFiles.parse(ClassFiles.of(fake))));
    assertFalse(found.isEmpty(), fake.getName());
  }

  @Test
  void noBundle_usesInternalsOfTheJdk() {
    for (Bundle bundle : Bundles.all()) {
      assertEquals(List.of(), internals(Bundles.imports(bundle.name())), bundle.name());
      for (JavaClass type : bundle.classes()) {
        var used =
            type.getDirectDependenciesFromSelf().stream()
                .map(d -> d.getTargetClass().getBaseComponentType().getPackageName())
                .collect(Collectors.toSet());
        assertEquals(List.of(), internals(used), type.getName());
      }
    }
  }

  private static List<String> internals(Set<String> packages) {
    return packages.stream()
        .filter(p -> p.matches("(jdk\\.internal|sun)(\\..*)?"))
        .sorted()
        .toList();
  }

  @Test
  void fakeImport_ofInternals_isFound() {
    assertEquals(List.of("sun.misc"), internals(Set.of("sun.misc", "java.util", "sunny.day")));
  }
}
