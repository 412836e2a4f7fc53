package org.jitalloc.itests.laws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
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
   * Packages with a larger circle, and its size. The circle must not grow. An entry that is not
   * needed any more fails the test: delete it then.
   */
  private static final Map<String, Integer> LARGER_CIRCLES =
      Map.of(
          "org.jitalloc.core.memory", 16,
          "org.jitalloc.core.pack", 19);

  /**
   * Bundles that still have a circle of packages, and an API that knows its implementation. An
   * entry that is not needed any more fails the test: delete it then.
   */
  private static final Set<String> UNLAYERED = Set.of();

  /**
   * A layer: classes of a package do not know classes of some other packages.
   *
   * @param lower the package, with the packages below it
   * @param higher the packages that it does not know, with the packages below them
   */
  private record Layer(String lower, List<String> higher) {}

  /** The layers of the core. Consumers have the same layers each, see consumerLayers. */
  private static final List<Layer> CORE_LAYERS =
      List.of(
          new Layer("org.jitalloc.core.pack", List.of("org.jitalloc.core.memory")),
          new Layer(
              "org.jitalloc.core.space",
              List.of(
                  "org.jitalloc.core.host",
                  "org.jitalloc.core.image",
                  "org.jitalloc.core.pack",
                  "org.jitalloc.core.memory")),
          new Layer(
              "org.jitalloc.core.host",
              List.of("org.jitalloc.core.memory", "org.jitalloc.core.pack")),
          new Layer(
              "org.jitalloc.core.image",
              List.of("org.jitalloc.core.memory", "org.jitalloc.core.pack")),
          new Layer("org.jitalloc.core.poke", List.of("org.jitalloc.core.memory")),
          new Layer(
              "org.jitalloc.core.policy",
              List.of("org.jitalloc.core.memory", "org.jitalloc.core.pack")),
          new Layer("org.jitalloc.core.settings", List.of("org.jitalloc.core.memory")));

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
    assertTrue(found.keySet().containsAll(UNLAYERED), "exceptions that are not needed any more");
    found.keySet().removeAll(UNLAYERED);
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
    var exceptions = new TreeMap<>(LARGER_CIRCLES);
    for (Bundle bundle : Bundles.all()) {
      for (Set<String> circle : Circles.ofClasses(bundle.classes())) {
        boolean isEmbedded = circle.stream().noneMatch(name -> name.startsWith("org.jitalloc."));
        if (!isEmbedded
            && circle.size() > LARGEST_CIRCLE
            && circle.size() > allowed(circle, exceptions)) {
          found.put(circle, circle.size());
        }
      }
    }
    assertEquals(Map.of(), found);
    assertEquals(Map.of(), exceptions, "exceptions that are not needed any more");
  }

  private static int allowed(Set<String> circle, Map<String, Integer> unused) {
    String first = circle.iterator().next();
    String name = first.substring(0, first.lastIndexOf('.'));
    unused.remove(name);
    return LARGER_CIRCLES.getOrDefault(name, 0);
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
    for (Layer layer : CORE_LAYERS) {
      assertEquals(Set.of(), violations(core, layer), layer.toString());
    }
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
      if (!UNLAYERED.contains(name)) {
        Bundle consumer = Bundles.named(name);
        assertEquals(
            Set.of(), consumerLayers(name, consumer.exports().keySet(), consumer.classes()), name);
      }
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
