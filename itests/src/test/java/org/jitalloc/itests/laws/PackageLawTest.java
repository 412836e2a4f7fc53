package org.jitalloc.itests.laws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jitalloc.itests.laws.Bundles.Bundle;
import org.junit.jupiter.api.Test;

/** Law 4: no circle of packages, no large circle of classes, and layers inside a bundle. */
final class PackageLawTest {
  private static final String FAKES = "org.jitalloc.itests.laws.fake";

  /** The number of classes in a circle that can still be understood together. */
  private static final int LARGEST_CIRCLE = 8;

  /**
   * A layer: classes of a package do not know classes of some other packages.
   *
   * @param lower the package, with the packages below it
   * @param higher the packages that it does not know, with the packages below them
   */
  private record Layer(String lower, List<String> higher) {}

  /**
   * The packages of the core, lower layers first. A package knows no package behind its own layer,
   * and no other package of its layer.
   */
  private static final List<List<String>> CORE_ORDER =
      List.of(
          List.of("stack", "settings", "space"),
          List.of("policy", "grace", "pack", "image", "host"),
          List.of("quota"),
          List.of("block"),
          List.of("placement", "leak", "poke"),
          List.of("reclaim"),
          List.of("target"),
          List.of("plain", "ds"));

  private static List<Layer> coreLayers() {
    var layers = new ArrayList<Layer>();
    for (int i = 0; i < CORE_ORDER.size(); i++) {
      for (String lower : CORE_ORDER.get(i)) {
        List<String> higher =
            CORE_ORDER.stream()
                .skip(i)
                .flatMap(List::stream)
                .filter(name -> !name.equals(lower))
                .map(name -> "org.jitalloc.core." + name)
                .toList();
        layers.add(new Layer("org.jitalloc.core." + lower, higher));
      }
    }
    return layers;
  }

  private static boolean isIn(String name, String parent) {
    return name.equals(parent) || name.startsWith(parent + ".");
  }

  private static Set<String> violations(JavaClasses classes, Layer layer) {
    var found = new TreeSet<String>();
    for (var type : classes) {
      if (isIn(type.getPackageName(), layer.lower)) {
        type.getDirectDependenciesFromSelf().stream()
            .map(d -> d.getTargetClass().getBaseComponentType())
            .filter(t -> layer.higher.stream().anyMatch(h -> isIn(t.getPackageName(), h)))
            .forEach(t -> found.add(type.getName() + " knows " + t.getName()));
      }
    }
    return found;
  }

  /**
   * The exported packages of a consumer know no other package of it, and nothing knows the factory
   * for the class path or the OSGi wiring.
   */
  private static Set<String> consumerLayers(
      String consumer, Set<String> exported, JavaClasses classes) {
    var found = new TreeSet<String>();
    for (var type : classes) {
      if (type.getSimpleName().equals("package-info")) {
        continue;
      }
      for (var dependency : type.getDirectDependenciesFromSelf()) {
        var target = dependency.getTargetClass().getBaseComponentType();
        String from = type.getPackageName();
        String to = target.getPackageName();
        boolean leavesTheApi =
            exported.contains(from)
                && !from.equals(consumer + ".plain")
                && isIn(to, consumer)
                && !exported.contains(to);
        boolean knowsAnEnd =
            !from.equals(to) && (to.equals(consumer + ".plain") || to.equals(consumer + ".ds"));
        if (leavesTheApi || knowsAnEnd) {
          found.add(type.getName() + " knows " + target.getName());
        }
      }
    }
    return found;
  }

  @Test
  void bundles_haveNoCircleOfPackages() {
    var found = new TreeMap<String, List<Set<String>>>();
    for (Bundle bundle : Bundles.all()) {
      List<Set<String>> circles = Circles.ofPackages(bundle.classes());
      if (!circles.isEmpty()) {
        found.put(bundle.name(), circles);
      }
    }
    assertEquals(Map.of(), found);
  }

  @Test
  void fakeCircleOfPackages_isFound() {
    var fakes = new ClassFileImporter().importPackages(FAKES + ".circle");
    assertEquals(
        List.of(Set.of(FAKES + ".circle.one", FAKES + ".circle.two")), Circles.ofPackages(fakes));
  }

  @Test
  void bundles_haveNoLargeCircleOfClasses() {
    var found = new TreeMap<Set<String>, Integer>(Comparator.comparing(Set::toString));
    for (Bundle bundle : Bundles.all()) {
      for (Set<String> circle : Circles.ofClasses(bundle.classes())) {
        boolean isEmbedded = circle.stream().noneMatch(name -> name.startsWith("org.jitalloc."));
        if (!isEmbedded && circle.size() > LARGEST_CIRCLE) {
          found.put(circle, circle.size());
        }
      }
    }
    assertEquals(Map.of(), found);
  }

  @Test
  void fakeCircleOfClasses_isFound() {
    var fakes = new ClassFileImporter().importPackages(FAKES);
    var sizes = Circles.ofClasses(fakes).stream().map(Set::size).toList();
    assertEquals(1, sizes.stream().filter(size -> size > LARGEST_CIRCLE).count(), sizes::toString);
  }

  @Test
  void core_keepsItsLayers() {
    JavaClasses core = Bundles.named(Bundles.CORE).classes();
    for (Layer layer : coreLayers()) {
      assertEquals(Set.of(), violations(core, layer), layer.toString());
    }
  }

  @Test
  void core_hasNoPackageOutsideOfTheLayers() {
    var known = new TreeSet<String>(Set.of("org.jitalloc.core"));
    CORE_ORDER.forEach(names -> names.forEach(name -> known.add("org.jitalloc.core." + name)));
    var packages = new TreeSet<String>();
    for (var type : Bundles.named(Bundles.CORE).classes()) {
      if (type.getName().startsWith("org.jitalloc.")) {
        packages.add(type.getPackageName());
      }
    }
    assertEquals(known, packages);
  }

  @Test
  void fakeLayer_isFound() {
    var fakes = new ClassFileImporter().importPackages(FAKES + ".layer");
    var layer = new Layer(FAKES + ".layer.lower", List.of(FAKES + ".layer.upper"));
    assertEquals(
        Set.of(FAKES + ".layer.lower.Lower knows " + FAKES + ".layer.upper.Upper"),
        violations(fakes, layer));
  }

  @Test
  void consumers_keepTheirLayers() {
    for (String name : Bundles.consumers()) {
      Bundle consumer = Bundles.named(name);
      assertEquals(
          Set.of(), consumerLayers(name, consumer.exports().keySet(), consumer.classes()), name);
    }
  }

  @Test
  void fakeApi_thatKnowsItsImplementation_isFound() {
    var fakes = new ClassFileImporter().importPackages(FAKES);
    assertTrue(
        consumerLayers(FAKES, Set.of(FAKES), fakes)
            .contains(FAKES + ".Api knows " + FAKES + ".layer.upper.Upper"));
  }

  @Test
  void fakeUserOfTheFactory_isFound() {
    var fakes = new ClassFileImporter().importPackages(FAKES);
    assertEquals(
        Set.of(FAKES + ".UserOfFactory knows " + FAKES + ".plain.Factory"),
        consumerLayers(FAKES, Set.of(), fakes));
  }
}
